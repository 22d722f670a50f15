// Of a stack that is tried out nothing reaches the outside, and nothing from outside reaches it.
import { expect, test } from "vitest";
import { z } from "zod";
import { isAppName, isStackName } from "../../src/core/ids.ts";
import { isScratchStack, scratchStack, SCRATCH_LABEL } from "../../src/core/scratch.ts";
import { readYaml } from "../../src/swarm/canonical.ts";
import { scratchFile } from "../../src/swarm/scratch-file.ts";
import { makeStackFile, printStackFile, sealStackFile } from "../../src/swarm/stack-file.ts";
import { named } from "../named.ts";

const app = named(isAppName, "wiki.example.coop");
const from = named(isStackName, "wiki_example_coop");
const to = scratchStack(app, () => "0123456789abcdef");
const cut = { app, from, to, node: "one", memory: 1_000_000 };

const RECIPE = `
version: "3.8"
services:
  app:
    image: registry.example/app:1
    labels: { traefik.enable: "true" }
    environment: { DB_HOST: wiki_example_coop_db, ANSWER: "yes", MODE: "0o17", PRICE: 5$ }
    ports:
      - { mode: ingress, target: 80, published: 8080, protocol: tcp }
    networks: { proxy: null, internal: { aliases: [web] } }
    volumes:
      - { type: bind, source: /var/run/docker.sock, target: /var/run/docker.sock }
      - { type: volume, source: media, target: /media, read_only: true, volume: {} }
      - { type: tmpfs, target: /tmp }
      - { type: bind, source: /srv, target: /srv }
    secrets: [{ source: password }, { source: own }]
    configs: [{ source: page, mode: 292 }]
    logging: { driver: gelf, options: { gelf-address: udp://logs.example } }
    healthcheck: { test: [CMD-SHELL, 'test "$HOME"'], timeout: 5s, retries: 10 }
    deploy:
      mode: global
      labels: { traefik.enable: "true", coop-cloud.wiki_example_coop.version: "1" }
      placement: { constraints: [node.role == manager], max_replicas_per_node: 1 }
      resources:
        limits: { memory: "268435456" }
        reservations: { memory: "268435456" }
  db:
    image: registry.example/db:1
    networks: { internal: null }
    volumes:
      - { type: volume, source: data, target: /var/db, volume: {} }
    healthcheck: { test: [CMD, /db.sh, check] }
    deploy: { replicas: 3 }
  idle:
    image: registry.example/idle:1
    deploy: { replicas: 0 }
networks:
  proxy: { name: proxy, external: true }
  internal: { name: wiki_example_coop_internal, driver: overlay, attachable: true }
  default: { name: wiki_example_coop_default }
volumes:
  media: { name: wiki_example_coop_media, driver: local, driver_opts: { type: nfs } }
  data: { name: shared-data, external: true }
secrets:
  password: { name: wiki_example_coop_password_v1, external: true }
  own: { name: wiki_example_coop_own_v1, file: ./own }
configs:
  page: { name: wiki_example_coop_page_v1, file: ./page }
  theirs: { name: theirs_v2, external: true }
`;

function sealed(recipe: string): string {
  const files = new Map([
    ["secrets/own", Buffer.from("own")],
    ["configs/page", Buffer.from("page")],
  ]);
  const seal = { digests: {}, appLabels: {}, appEnv: {} };
  return sealStackFile(printStackFile(makeStackFile(from, recipe, files)), seal).compose;
}

function made(
  more: Partial<typeof cut> & { readonly only?: readonly string[] } = {},
  text = sealed(RECIPE),
) {
  const scratch = scratchFile(text, { ...cut, ...more });
  if (scratch === undefined) throw new Error("moot wrote it, and does not know it");
  const { compose, facts } = scratch;
  return { compose, facts, read: z.unknown().parse(readYaml(compose).toJS()) };
}

test("it has a name that no app has", () => {
  expect(to).toBe("moot-drill-01234567");
  expect(isScratchStack(to)).toBe(true);
  expect(isScratchStack("wiki_example_coop")).toBe(false);
});

test("no port, no label of the recipe's, no path of the server, no log elsewhere", () => {
  const { compose, read } = made();
  for (const word of ["traefik", "coop-cloud", "docker.sock", "/srv", "gelf", "8080", "nfs"])
    expect(compose).not.toContain(word);
  expect(read).toMatchObject({
    services: {
      app: {
        volumes: [
          { type: "volume", source: "media", target: "/media", read_only: "true" },
          { type: "tmpfs", target: "/tmp" },
        ],
        deploy: { labels: { [SCRATCH_LABEL]: app } },
      },
    },
  });
});

test("no power, and nothing that is not known to be harmless", () => {
  const powers = `
    cap_add: [SYS_ADMIN]
    sysctls: { net.ipv4.ip_forward: "1" }
    devices: [/dev/sda]
    privileged: true
    credential_spec: { file: secrets }
    env_from: x
    image:`;
  const text = RECIPE.replace("\n    image:", powers)
    .replace("file: ./own", "file: ./own, driver: vault")
    .replace("volume: {}", "volume: {}, cluster: {}")
    .concat("x-more: 1\ninclude: [/etc/more.yml]\n");
  const { compose, facts } = made({}, sealed(text));
  expect(facts.lacks).toEqual([{ service: "app", capability: "SYS_ADMIN" }]);
  for (const word of ["cap_add", "sysctls", "devices", "privileged", "credential_spec"])
    expect(compose).not.toContain(word);
  for (const word of ["env_from", "driver: vault", "cluster", "x-more", "include"])
    expect(compose).not.toContain(word);
  expect(compose).toBe(made().compose);
});

test.each([
  ["a path above its folder", "configs/page:", "configs/../../../home/moot/page:"],
  ["a path below it", "configs/page:", "configs/a/b:"],
  ["a section that is none", "configs/page:", "networks/page:"],
  ["a config of moot's machine", "_page_v1 ", "_page_v1, file: /etc/passwd "],
  ["a secret of it", "_own_v1 ", "_own_v1, file: /etc/passwd "],
  ["variables of it", "  app:\n", "  app:\n    env_file: [/etc/environment]\n"],
  ["what only the docker CLI merges", "  app:\n", "  app:\n    <<: { privileged: true }\n"],
  ["another name of a thing", "networks:\n", "x-a: &a { b: c }\nx-b: *a\nnetworks:\n"],
  ["another way to write it", "services:\n", "services: !!map\n"],
  ["two texts", "services:\n", "---\nservices:\n"],
  ["what is no service", "  idle:\n", "  more: 1\n  idle:\n"],
  ["no word of moot's", "x-moot:", "x-tomo:"],
])("with %s it is not moot's, and nothing is made of it", (_what, own, theirs) => {
  const text = sealed(RECIPE);
  const forged = text.replace(own, theirs);
  expect(forged).not.toBe(text);
  expect(scratchFile(text, cut)).toBeDefined();
  expect(scratchFile(forged, cut)).toBeUndefined();
});

test("its networks lead nowhere, and its services find one another by all the names they had", () => {
  const { read, compose } = made();
  const closed = { driver: "overlay", internal: "true", labels: { [SCRATCH_LABEL]: app } };
  expect(read).toMatchObject({
    networks: { proxy: closed, internal: closed, default: closed },
    services: {
      app: {
        networks: {
          proxy: { aliases: ["wiki_example_coop_app"] },
          internal: { aliases: ["web", "wiki_example_coop_app"] },
        },
      },
      db: { networks: { internal: { aliases: ["wiki_example_coop_db"] } } },
      idle: { networks: { default: { aliases: ["wiki_example_coop_idle"] } } },
    },
  });
  expect(compose).not.toMatch(/external: true[^]*networks:|attachable|name: proxy/);
});

test("each service runs once at most, on one node, and takes no more memory than it is given", () => {
  const placement = { constraints: ["node.hostname == one"] };
  const { read, compose } = made();
  expect(read).toMatchObject({
    services: {
      app: {
        deploy: {
          mode: "replicated",
          replicas: "1",
          placement,
          resources: { limits: { memory: "268435456" } },
        },
      },
      db: {
        deploy: { replicas: "1", placement, resources: { limits: { memory: "1000000" } } },
      },
      idle: { deploy: { replicas: "0" } },
    },
  });
  expect(JSON.stringify(read)).not.toMatch(/reservations|max_replicas/);
  // The docker CLI takes no number here.
  expect(compose).toContain('memory: "1000000"');
});

test("those that are to wait have no task yet", () => {
  const replicas = (deploy: object): object => ({ deploy });
  expect(made({ only: ["db"] }).read).toMatchObject({
    services: { app: replicas({ replicas: "0" }), db: replicas({ replicas: "1" }) },
  });
});

test("volumes, secrets and configs bear the scratch stack's name", () => {
  const { read } = made();
  const labels = { [SCRATCH_LABEL]: app };
  expect(read).toMatchObject({
    volumes: {
      media: { name: `${to}_media`, labels },
      data: { name: `${to}_shared-data`, labels },
    },
    secrets: {
      password: { name: `${to}_password_v1`, external: "true" },
      own: { name: `${to}_own_v1` },
    },
    configs: { page: { name: `${to}_page_v1` } },
    "x-moot": { stack: to },
  });
});

test("what services read stays as it is, letter by letter", () => {
  const { compose } = made();
  for (const line of [
    'ANSWER: "yes"',
    'MODE: "0o17"',
    "PRICE: 5$$",
    "mode: 292",
    "DB_HOST: wiki_example_coop_db",
  ])
    expect(compose).toContain(line);
});

test("what there is in it is told", () => {
  expect(made().facts).toEqual({
    services: ["app", "db"],
    checks: [
      { service: "app", argv: ["/bin/sh", "-c", 'test "$HOME"'], timeout: 5_000, tries: 10 },
      { service: "db", argv: ["/db.sh", "check"], timeout: 30_000, tries: 3 },
    ],
    unchecked: [],
    images: [
      { service: "app", image: "registry.example/app:1" },
      { service: "db", image: "registry.example/db:1" },
      { service: "idle", image: "registry.example/idle:1" },
    ],
    volumes: [
      { from: "shared-data", to: `${to}_shared-data` },
      { from: "wiki_example_coop_media", to: `${to}_media` },
    ],
    mounts: { app: ["wiki_example_coop_media"], db: ["shared-data"], idle: [] },
    secrets: [{ from: "wiki_example_coop_password_v1", to: `${to}_password_v1` }],
    lacking: ["theirs_v2"],
    memory: 268_435_456,
    lacks: [],
    leftOut: [
      { service: "app", path: "/var/run/docker.sock" },
      { service: "app", path: "/srv" },
    ],
  });
});
