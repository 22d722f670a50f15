// init takes over a house of sixty apps on six servers: what it writes can be read, what is odd is told, and nothing else is touched.
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readConfig, type Config } from "../../src/config.ts";
import { Refusal } from "../../src/core/errors.ts";
import { isServerName, type ServerName } from "../../src/core/ids.ts";
import type { FleetService } from "../../src/core/ports.ts";
import { initOn, type InitGround } from "../../src/verbs/init.ts";
import { WrongUsage } from "../../src/verbs/verb.ts";
import { named } from "../named.ts";
import { appsOf, hashed, HOST_KEY, PINNED, stackOf, TeamHouse } from "./team-house.ts";

const SERVERS = ["alpha", "beta", "delta", "default", "epsilon", "gamma"];
const COMMIT = "1a2b3c4d";

let house: TeamHouse;
let fleets: Map<string, FleetService[]>;
let said: string;

beforeEach(async () => {
  house = await TeamHouse.make();
  fleets = new Map();
  said = "";
  for (const name of SERVERS) {
    await house.server(name);
    fleets.set(
      name,
      appsOf(name).map((domain) => service(stackOf(domain))),
    );
  }
  await house.context("alpha", "ssh://deploy@alpha.example.coop:2222");
  await house.context("beta", "ssh://beta");
  await house.context("delta", "ssh://root@delta.example.coop");
  await house.context("gamma", "ssh://root@gamma.example.coop");
  await house.context("laptop", "ssh://me@laptop.example.coop");
  await house.put(
    ".ssh/config",
    "Host beta\n  HostName 192.0.2.7\n  User ops\n  Port 2201\n  IdentityFile ~/.ssh/beta\n  ProxyJump gate\nHost gate\n  HostName gate.example.coop\n  User jump\n",
  );
  await house.put(".ssh/beta", "another private key\n");
  await house.put(
    ".ssh/known_hosts",
    [
      hashed("[alpha.example.coop]:2222"),
      `[192.0.2.7]:2201 ${HOST_KEY}\n`,
      `gate.example.coop ${HOST_KEY}\n`,
      `delta.example.coop,192.0.2.9 ${HOST_KEY}\n`,
      hashed("gamma.example.coop"),
    ].join(""),
  );
});

afterEach(() => house[Symbol.asyncDispose]());

function service(
  stack: string,
  labels: Readonly<Record<string, string>> = { version: PINNED, chaos: "false" },
): FleetService {
  const abras = Object.entries(labels).map(
    ([key, value]) => [`coop-cloud.${stack}.${key}`, value] as const,
  );
  const image = "registry.example/hello:1";
  return { stack, service: "app", image, labels: Object.fromEntries(abras), running: 1, wanted: 1 };
}

/** What abra left on a server in the place of its first apps. */
function leave(server: string, ...services: readonly FleetService[]): void {
  const usual = fleets.get(server) ?? [];
  fleets.set(server, [...services, ...usual.slice(services.length)]);
}

/** As a real one: a server without a known host key is not talked to, and gamma is down. */
async function fleet({ servers }: Config, server: ServerName): Promise<readonly FleetService[]> {
  const settings = servers.get(server);
  if (settings?.kind === "ssh" && settings.address.hostKeys.length === 0) {
    const line = `hostKey: "${HOST_KEY}"`;
    throw new Refusal({ kind: "host-key-unknown", server, fingerprint: "SHA256:abc", line });
  }
  if (server === named(isServerName, "gamma")) {
    throw new Refusal({
      kind: "server-unreachable",
      server,
      problem: "gamma.example.coop:22 refuses the connection.",
    });
  }
  return fleets.get(server) ?? [];
}

async function* nobody(): AsyncGenerator<string> {
  yield* [];
}

function ground(over: Partial<InitGround> = {}): InitGround {
  const { home, docker } = house;
  const print = (text: string): void => void (said += text);
  return { home, docker, lines: nobody(), isTerminal: false, print, fleet, ...over };
}

function takeOver(over: Partial<InitGround> = {}): Promise<number> {
  const out = join(house.home, "bot.config.yaml");
  return initOn({ config: "bot.config.yaml", out, fromAbra: true, words: [] }, ground(over));
}

test("the config it writes can be read, has every server with its way and key, and is its owner's alone", async () => {
  await takeOver();
  const file = join(house.home, "bot.config.yaml");
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const config = await readConfig(file);
  expect([...config.servers.keys()].toSorted()).toEqual(SERVERS.toSorted());
  expect(config.abra.dir).toBe(house.abra);
  expect(config.servers.get(named(isServerName, "default"))).toEqual({
    kind: "socket",
    socket: "/var/run/docker.sock",
    nodes: new Map(),
  });
  expect(config.servers.get(named(isServerName, "alpha"))).toMatchObject({
    address: { user: "deploy", host: "alpha.example.coop", port: 2222, hostKeys: [HOST_KEY] },
    key: { place: { path: join(house.home, ".ssh/id_ed25519") } },
  });
  expect(config.servers.get(named(isServerName, "beta"))).toMatchObject({
    address: { user: "ops", host: "192.0.2.7", port: 2201, hostKeys: [HOST_KEY] },
    jump: { user: "jump", host: "gate.example.coop", port: 22, hostKeys: [HOST_KEY] },
    key: { place: { path: join(house.home, ".ssh/beta") } },
  });
});

test("it says which servers it reached, why not the others, and what to type next; exit code 1 tells that there is something to mend", async () => {
  expect(await takeOver()).toBe(1);
  expect(said).toContain("abra has 6 servers and 60 apps here; moot reached 4 of 6.");
  expect(said).toMatch(/^ok +alpha +deploy@alpha\.example\.coop:2222 +10 +reached$/m);
  expect(said).toMatch(/^ok +default +\/var\/run\/docker\.sock +10 +reached$/m);
  expect(said).toMatch(/^MEND +gamma .*gamma\.example\.coop:22 refuses the connection\.$/m);
  expect(said).toMatch(
    /^MEND +epsilon .*its host key is not known here\..*SHA256:abc.* add hostKey: "ssh-ed25519/m,
  );
  expect(said).toContain("- the docker context laptop: abra has no folder for it");
  expect(said).toContain(`node src/main.ts check --config ${join(house.home, "bot.config.yaml")}`);
});

test("it touches nothing but the config that it writes", async () => {
  const before = await house.everything();
  await takeOver();
  const after = await house.everything();
  expect(after.filter((line) => !line.startsWith("bot.config.yaml "))).toEqual(before);
});

test("nothing odd is told of a house in order", async () => {
  await takeOver();
  expect(said).not.toContain("Env files");
  expect(said).not.toContain("Stacks that");
  expect(said).not.toContain("Apps ");
});

test("what abra left in another state than it looks is told, each with its server", async () => {
  const [first = "", second = "", third = "", fourth = ""] = appsOf("delta");
  leave(
    "delta",
    service(stackOf(first), { version: PINNED, chaos: "true", "chaos-version": `${COMMIT}+U` }),
    service(stackOf(second), { version: PINNED, chaos: "true", "chaos-version": COMMIT }),
    service(stackOf(third), { version: "1.2.0+1.1.0", chaos: "false" }),
    service("forgotten_example_coop", { version: "0.1.0+2", recipe: "wiki" }),
  );
  fleets.get("delta")?.push({ ...service("mine"), labels: {} });
  await house.put(
    `.abra/servers/alpha/${appsOf("alpha")[0] ?? ""}.env`,
    `TYPE=hello:${PINNED}+U\n`,
  );
  await house.put(`.abra/servers/alpha/${appsOf("alpha")[1] ?? ""}.env`, 'TYPE="hello\nDOMAIN=x\n');
  await house.put(".abra/servers/alpha/Not A Domain.env", "TYPE=hello\n");
  await takeOver();
  const lines = said.split("\n");
  const under = (head: string): readonly string[] => {
    const from = lines.findIndex((line) => line.startsWith(head));
    const rest = lines.slice(from + 1);
    return from < 0
      ? []
      : rest.slice(
          0,
          rest.findIndex((line) => !line.startsWith("- ")),
        );
  };
  expect(under("Env files whose app does not run")).toEqual([`- ${fourth} (delta)`]);
  expect(under("Stacks that abra deployed")).toEqual([
    "- forgotten_example_coop, of the recipe wiki (delta)",
  ]);
  expect(under("Apps deployed with changes")).toEqual([
    `- app0.alpha.example.coop, at ${PINNED} (alpha)`,
    `- ${first}, at ${COMMIT}+U (delta)`,
  ]);
  expect(under("Apps deployed from a commit")).toEqual([`- ${second}, at ${COMMIT} (delta)`]);
  expect(under("Apps that run another version")).toEqual([
    `- ${third} runs 1.2.0+1.1.0, its env file says ${PINNED} (delta)`,
  ]);
  const [broken, ...more] = under("Env files that cannot be read");
  expect(broken).toMatch(/^- app1\.alpha\.example\.coop: its env file, line 1: .* \(alpha\)$/);
  expect(more).toEqual([]);
  expect(said).toContain("- env files without a domain as name: Not A Domain (alpha)");
});

test("a key that does not lead there is left for the next one that ssh would offer", async () => {
  await house.put(".ssh/id_rsa", "an old private key\n");
  const tried: string[] = [];
  await takeOver({
    fleet: async (config, server) => {
      const settings = config.servers.get(server);
      if (settings?.kind === "ssh" && server === named(isServerName, "alpha")) {
        const { place } = settings.key;
        const path = place.kind === "file" ? place.path : "";
        tried.push(path);
        if (path.endsWith("id_rsa"))
          throw new Refusal({ kind: "server-unreachable", server, problem: "it lets nobody in." });
      }
      return fleet(config, server);
    },
  });
  expect(tried.map((path) => path.replace(house.home, "~"))).toEqual([
    "~/.ssh/id_rsa",
    "~/.ssh/id_ed25519",
  ]);
  const config = await readFile(join(house.home, "bot.config.yaml"), "utf8");
  expect(config).toMatch(/"alpha":\n.*\n +key: { file: ".*id_ed25519" }/);
});

test("a server that moot cannot go to stays out of the config, with the reason", async () => {
  await house.context("alpha", "tcp://alpha.example.coop:2376");
  await house.put(".ssh/config", "Host beta\n  ProxyCommand nc %h %p\n");
  await takeOver();
  expect(said).toMatch(/^MEND +alpha +not in the config .*tcp:\/\/alpha.*moot goes by ssh$/m);
  expect(said).toMatch(/^MEND +beta +not in the config .*ProxyCommand/m);
  const config = await readConfig(join(house.home, "bot.config.yaml"));
  expect(config.servers.size).toBe(4);
});

test("at a terminal it asks for what abra does not know", async () => {
  const lines = (async function* (): AsyncGenerator<string> {
    yield* ["https://matrix.example.coop", "@moot:example.coop", "", "", "#ops:example.coop"];
    yield "@ana:example.coop @bea:example.coop";
  })();
  await takeOver({ isTerminal: true, lines });
  const config = await readConfig(join(house.home, "bot.config.yaml"));
  expect(config.warnings).toEqual([]);
  expect([...config.members.keys()]).toEqual(["@ana:example.coop", "@bea:example.coop"]);
  expect(config.servers.size).toBe(6);
});

test("a config that is there already is never written over", async () => {
  await house.put("bot.config.yaml", "mine\n");
  const refused = takeOver();
  await expect(refused).rejects.toThrow(WrongUsage);
  await expect(refused).rejects.toThrow(
    "is there already, and stays as it is: name another with --out FILE",
  );
  expect(await readFile(join(house.home, "bot.config.yaml"), "utf8")).toBe("mine\n");
});

test("a folder that is not abra's is told", async () => {
  const options = {
    config: "x",
    out: join(house.home, "x"),
    dir: "/nowhere",
    fromAbra: true,
    words: [],
  };
  const refused = initOn(options, ground());
  await expect(refused).rejects.toMatchObject({
    reason: { kind: "bad-config", problems: ["there is no such folder: name abra's with --dir"] },
  });
});
