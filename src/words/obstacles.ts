// Why a deploy is impossible, in words: for each thing in its way, what is wrong and what to do.
import type { Line } from "../core/doc.ts";
import type { AppName } from "../core/ids.ts";
import type { Obstacle } from "../core/plan.ts";
import { nameVersion } from "../core/stack.ts";
import { listed } from "./phrases.ts";

type Of<Kind extends Obstacle["kind"]> = Extract<Obstacle, { readonly kind: Kind }>;
type Words = { readonly [Kind in Obstacle["kind"]]: (obstacle: Of<Kind>, app: AppName) => Line };

/** A line for each obstacle. */
export function obstacleLines(obstacles: readonly Obstacle[], app: AppName): readonly Line[] {
  return obstacles.map((obstacle) => lineFor(obstacle.kind, obstacle, app));
}

function lineFor<Kind extends Obstacle["kind"]>(
  kind: Kind,
  obstacle: Of<Kind>,
  app: AppName,
): Line {
  return WORDS[kind](obstacle, app);
}

const WORDS: Words = {
  "secret-missing": ({ secret, why }, app) =>
    why === "not-inserted"
      ? [
          "The secret ",
          { code: secret },
          " is not on the server, and its recipe says that only people can give it (a key of another provider, for example). Type ",
          { code: `!secrets ${app} insert ${secret}` },
          " and moot says where to put it; never type the value here.",
        ]
      : [
          "The secret ",
          { code: secret },
          " is not on the server, and it does not carry this app's name, so moot does not make it up. Deploy the app it belongs to first, or type ",
          { code: `!secrets ${app} insert ${secret}` },
          ".",
        ],
  "there-already": ({ what, name }) => [
    `The ${what} `,
    { code: name },
    " is there already. ",
    ...(what === "volume"
      ? [
          "It may hold data that somebody needs: find out whose it is on that server, and give it another name or place before you type this again.",
        ]
      : [
          "Look at it on that server, and remove it there if nobody needs it: ",
          { code: what === "stack" ? `docker stack rm ${name}` : `docker secret rm ${name}` },
          ".",
        ]),
  ],
  "volume-stuck": ({ volume, why }) => [
    "The volume ",
    { code: volume },
    why === "not-its-own"
      ? " is used by it and is not its own (the recipe says that it is made elsewhere, or it is not there yet), so moot does not carry it."
      : " has a driver or options of its own (a network disk, for example), and moot would make a plain one of it.",
    " Move its data by hand, or take it out of the recipe's compose files; then type this again.",
  ],
  "several-nodes": ({ server }) => [
    `The swarm of ${server} has several nodes, and a volume is on one of them: nobody can tell where a task would look for it. Pin the app's services to a node in its recipe, or move it to a server of one node.`,
  ],
  "network-missing": ({ network }) => [
    "The server has no network ",
    { code: network },
    ". On the server, type ",
    { code: `docker network create --driver overlay ${network}` },
    network === "proxy" ? ", and deploy traefik if it does not run there yet." : ".",
  ],
  "config-missing": ({ config }) => [
    "The config ",
    { code: config },
    " is not on the server, and the recipe says that it is made elsewhere. Deploy the app it belongs to first, or on the server type ",
    { code: `docker config create ${config} FILE` },
    ".",
  ],
  "file-too-large": ({ what, path, bytes, limit }) => [
    "The recipe's file ",
    { code: path },
    ` has ${bytes} bytes, and a ${what} of swarm takes less than ${limit}. The recipe's maintainers must make it smaller, or put it into a volume; another version may work.`,
  ],
  "config-changed": ({ config, service }) => [
    "The config ",
    { code: config },
    service === "" ? "" : ` of ${service}`,
    " has new content under its old name, and swarm cannot change a config. The recipe must raise its version: in its abra.sh, count the ",
    { code: nameVersion(config) ?? "v1" },
    " up by one. Tell its maintainers, or choose another version.",
  ],
  "image-missing": ({ service, image, why }) => IMAGES[why](service, image),
  "name-too-long": ({ what, name, limit }) => [
    `The ${what} name `,
    { code: name },
    ` has ${name.length} characters, and swarm takes ${limit}. Choose a shorter domain, or put a short `,
    { code: "STACK_NAME" },
    " into the env file before the first deploy.",
  ],
  "secret-unversioned": ({ secret }) => [
    "The secret ",
    { code: secret },
    " has no version. In the env file, set the key that ends in ",
    { code: "_VERSION" },
    " for it to ",
    { code: "v1" },
    "; the recipe's .env.sample shows its name.",
  ],
  "secret-misnamed": ({ secret }) => [
    "The secret name ",
    { code: secret },
    " has characters that swarm takes in no name. Letters, digits, ",
    { code: "_" },
    ", ",
    { code: "-" },
    " and ",
    { code: "." },
    " may stand in it; look in the env file at the key that ends in ",
    { code: "_VERSION" },
    " for it.",
  ],
  "unsupported-key": ({ service, key }) => [
    `The service ${service} uses `,
    { code: key },
    ", which swarm does not know. The recipe's maintainers must take it out; another version may work.",
  ],
  foreign: ({ what, name, owner }, app) => [
    `The ${WHAT[what]} `,
    { code: name },
    ` belongs to ${owner}, and ${app} may not touch it. `,
    what === "router"
      ? "Take that domain out of the env file, or undeploy the other first."
      : "Look for STACK_NAME, or another name typed by hand, in the env file; choose another domain if the names are too alike.",
  ],
  "outside-checkout": ({ what, path }) => [
    `The recipe's ${what} names `,
    { code: path },
    ", which is missing or lies outside the recipe. ",
    what === "COMPOSE_FILE"
      ? "Correct COMPOSE_FILE in the env file."
      : "Its maintainers must mend it; do not deploy a recipe that reads other files of this machine.",
  ],
  "steering-env": ({ key }) => [
    "The variable ",
    { code: key },
    " would steer programs on moot's own machine, so it is refused. Take it out of the env file, or ask the recipe's maintainers for another name.",
  ],
  "no-sample": () => [
    "The recipe has no ",
    { code: ".env.sample" },
    " at this version, so nobody can tell which settings it takes (abra's rule R008). Tell its maintainers, choose another version, or deploy its newest commit with ",
    { code: "--chaos" },
    ".",
  ],
  "config-unversioned": ({ config }) => [
    "The name of the config ",
    { code: config },
    " has no version: the recipe's abra.sh does not export it (abra's rule R012). Tell its maintainers, or choose another version.",
  ],
  "no-image": ({ service }) => [
    "The service ",
    { code: service },
    " has no image (abra's rule R011). Perhaps a setting that names it is empty; else tell the recipe's maintainers, or choose another version.",
  ],
  "no-app-service": ({ services }) => [
    "No service is called ",
    { code: "app" },
    services.length === 0 ? "" : ` (there is ${listed(services)})`,
    ". Every Co-op Cloud recipe needs one; look whether COMPOSE_FILE in the env file lists compose.yml.",
  ],
  "compose-invalid": ({ problem }) => [
    `The compose files cannot be used: ${problem}. The recipe's maintainers must mend them; another version may work.`,
  ],
  "post-command": ({ key, problem }) => [
    { code: key },
    ` of the env file cannot be run: ${problem}. Correct it there; it looks like `,
    { code: `${key}="app set_up|db tune fast"` },
    ".",
  ],
  "mode-change": ({ service }, app) => [
    `The service ${service} would change between running once on every node and running a number of times, and swarm refuses that. Undeploy `,
    { code: app },
    " and deploy it again; its data stay.",
  ],
};

const WHAT: Readonly<Record<Of<"foreign">["what"], string>> = {
  stack: "stack",
  service: "service",
  secret: "secret",
  config: "config",
  volume: "volume",
  network: "network",
  router: "domain",
};

const IMAGES: Readonly<
  Record<Of<"image-missing">["why"], (service: string, image: string) => Line>
> = {
  absent: (service, image) => [
    "There is no image ",
    { code: image },
    ` (service ${service}). Look for a misspelt tag in the env file; another version may work.`,
  ],
  denied: (service, image) => [
    "The registry does not give out the image ",
    { code: image },
    ` (service ${service}). It is private or does not exist: put a login for its registry into registries: in moot's config.`,
  ],
  unreachable: (service, image) => [
    "The registry of the image ",
    { code: image },
    ` (service ${service}) does not answer. Try again later.`,
  ],
};
