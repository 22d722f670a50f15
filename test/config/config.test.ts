// What a config becomes, and what is said of each mistake in one.
import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { readConfig } from "../../src/config.ts";
import { ALERT_KINDS } from "../../src/core/alerts.ts";
import { Refusal } from "../../src/core/errors.ts";
import { parsed, problemsOf } from "./parsed.ts";

const ROLES = "roles: { keeper: { may: [help] } }\n";
const KEY = hostKey();

function hostKey(): string {
  const { publicKey } = generateKeyPairSync("ed25519");
  const raw = publicKey.export({ type: "spki", format: "der" }).subarray(-32);
  const lengthed = (bytes: Buffer): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  const blob = Buffer.concat([lengthed(Buffer.from("ssh-ed25519")), lengthed(raw)]);
  return `ssh-ed25519 ${blob.toString("base64")}`;
}

function server(lines: string): string {
  return `servers: { alpha: { ${lines} } }`;
}

describe("a config", () => {
  test("that is empty has every usual value, and warns", () => {
    const config = parsed("");
    expect(config).toMatchObject({
      abra: { dir: "/home/moot/.abra", sync: false, timeout: 300_000, exposeSecrets: true },
      approvals: {
        change: { people: 1, requesterCounts: true, expires: 86_400_000 },
        danger: { people: 2, requesterCounts: true, expires: 86_400_000 },
      },
      storage: { database: "/etc/moot/moot.db" },
      console: { socket: "/etc/moot/moot.sock" },
      tools: { docker: "/usr/bin/docker" },
    });
    expect(config.matrix).toBeUndefined();
    expect(config.warnings.join()).toContain("nobody may do anything");
  });

  test("takes a section left empty for an absent one", () => {
    expect(parsed("members:\nservers:\n  # none yet\n").members.size).toBe(0);
  });

  test("counts paths from its own folder, and ~ from home", () => {
    const { storage, abra } = parsed("storage: { database: data/m.db }\nabra: { dir: ~/a }");
    expect([storage.database, abra.dir]).toEqual(["/etc/moot/data/m.db", "/home/moot/a"]);
  });

  test("says how a server is reached", () => {
    const { servers } = parsed(`
servers:
  alpha:
    ssh: root@192.0.2.1
    key: { file: key }
    hostKey: "${KEY} comment"
    jump: "gate@[2001:db8::1]:2222"
    jumpHostKey: ["${KEY}"]
    nodes: { worker-1: { ssh: root@worker } }
  default: { socket: /var/run/docker.sock, nodes: { two: { ssh: a@two, key: { file: k } } } }`);
    expect(Object.fromEntries(servers)).toMatchObject({
      alpha: {
        kind: "ssh",
        address: { user: "root", host: "192.0.2.1", port: 22, hostKeys: [KEY] },
        jump: { user: "gate", host: "2001:db8::1", port: 2222, hostKeys: [KEY] },
        nodes: new Map([["worker-1", { user: "root", host: "worker", port: 22, hostKeys: [] }]]),
      },
      default: { kind: "socket", socket: "/var/run/docker.sock" },
    });
    const [, here] = [...servers.values()];
    expect(here?.nodes.get("two")).toMatchObject({
      host: "two",
      key: { place: { kind: "file", path: "/etc/moot/k" } },
    });
  });

  test("says what each room is told unasked: all, nothing, or what its list names", () => {
    const room = (alerts: string): string => `{ servers: ["*"]${alerts} }`;
    const { matrix } = parsed(`
matrix:
  homeserver: https://matrix.example.coop
  user: "@moot:example.coop"
  accessToken: { env: TOKEN }
  rooms:
    "#usual:example.coop": ${room("")}
    "#all:example.coop": ${room(", alerts: true")}
    "#none:example.coop": ${room(", alerts: false")}
    "#some:example.coop": ${room(", alerts: [disk, alarm, disk]")}`);
    const taken = [...(matrix?.rooms.values() ?? [])].map(({ alerts }) => [...alerts]);
    expect(taken).toEqual([[...ALERT_KINDS], [...ALERT_KINDS], [], ["disk", "alarm"]]);
  });

  test("says from where on something is told as a trouble", () => {
    const usual = { disk: 90, certificate: 1_209_600_000, silent: 600_000, crashes: 3 };
    expect(parsed("").troubles).toEqual(usual);
    expect(parsed("troubles: { disk: 75, silent: 30m }").troubles).toEqual({
      ...usual,
      disk: 75,
      silent: 1_800_000,
    });
  });

  test("names apps that carry the room, also one that does not exist yet", () => {
    expect(parsed("").apps.size).toBe(0);
    const { apps, warnings } = parsed("apps: { matrix.example.coop: { carries: room } }");
    expect([...apps]).toEqual([["matrix.example.coop", { carries: "room" }]]);
    expect(warnings.join()).not.toContain("apps");
  });

  test("cannot be changed after it was read", () => {
    const config = parsed("abra: { sync: true }");
    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(config.abra)).toBe(true);
    expect(Object.isFrozen(config.approvals.change)).toBe(true);
  });

  test.each([
    [
      "two are needed where there is one",
      `${ROLES}members: { "@a:b": [keeper] }`,
      "approvals.danger",
    ],
    ["there is no server", "", "nowhere to deploy"],
    ["no room takes alarms", roomWith("[disk]"), "no room takes alarm"],
    ["nobody is a member", "members: {}", "members is empty: nobody may do anything"],
    ["no member has a role", 'members: { "@a:b": [] }', "nobody may do anything"],
    ["two look alike", `${ROLES}members: { "@bob:b": [keeper], "@b0b:b": [] }`, "look alike"],
    ["a letter is not what it seems", `${ROLES}members: { "@bоb:b": [keeper] }`, "о (U+043E)"],
  ])("warns when %s", (_, text, warning) => {
    expect(parsed(text).warnings.join("\n")).toContain(warning);
  });
});

function roomWith(alerts: string): string {
  return `matrix:
  homeserver: https://matrix.example.coop
  user: "@moot:example.coop"
  accessToken: { env: TOKEN }
  rooms: { "#ops:example.coop": { servers: ["*"], alerts: ${alerts} } }`;
}

describe("a mistake", () => {
  test.each([
    ["storag: {}", "storag (1:1): is no key here; did you mean storage?"],
    ["abra:\n  sinc: true", "abra.sinc (2:3): is no key here; did you mean sync?"],
    ["abra:\n  qqqqqq: 1", "known are dir, sync, timeout or exposeSecrets"],
    ["abra: { sync: yes }", "abra.sync (1:15): expected true or false"],
    ["abra: [", "1:8:"],
    ["abra: {}\nabra: {}", "2:1: Map keys must be unique"],
    ["- a", "the file (1:1): expected a mapping"],
    ["a: 1\n---\nb: 2", "documents"],
    ["members: { ana: [] }", "members.ana (1:12): expected full Matrix IDs"],
    ['members: { "@ana": [] }', 'members."@ana" (1:12): expected full Matrix IDs'],
    [`${ROLES}members: { "@a:b": [keepr] }`, 'no role "keepr"; did you mean keeper?'],
    [`${ROLES}members: { "@a:b": [help] }`, '"help" is a command'],
    [`${ROLES}members: { "@a:b": keeper }`, "expected a list of roles"],
    ["roles: { a: { may: [statsu] } }", "did you mean status?"],
    ["roles: { a: { may: [a] } }", "roles.a (1:10): contains itself"],
    [
      "roles: { a: { may: [b] }, b: { may: [c] }, c: { may: [a] } }",
      "roles.c (1:44): contains itself",
    ],
    ["roles: { deploy: { may: [help] } }", "is the name of a command or a right"],
    ["roles: { a: { may: [help], on: { servers: [a?] } } }", "other wildcards are not known"],
    ["roles: { a: { on: {} } }", "roles.a.may (1:10): is missing"],
    ["servers: { Alpha.example: { socket: /s } }", "server names as abra's folders have them"],
    [server("ssh: alpha, key: { file: k }"), "expected user@host"],
    [server("ssh: a@b:99999, key: { file: k }"), "expected user@host"],
    [server('ssh: "a@-oProxyCommand=x", key: { file: k }'), "expected user@host"],
    [server("ssh: a@b"), "expected ssh with key"],
    [server("ssh: a@b, key: { file: k }, socket: /s"), "or socket alone"],
    [server("socket: /s, nodes: { w: { ssh: a@b } }"), "expected a key for each node"],
    [server("ssh: a@b, key: { file: k }, nodes: { w: {} }"), "nodes.w.ssh"],
    [server("ssh: a@b, key: k"), "{ file: PATH } or { env: NAME }"],
    [server("ssh: a@b, key: { file: k, env: K }"), "{ file: PATH } or { env: NAME }"],
    [server('ssh: a@b, key: { file: k }, hostKey: "ssh-ed25519 AAAA"'), "public host key"],
    [server(`ssh: a@b, key: { file: k }, hostKey: "ssh-rsa ${KEY.slice(12)}"`), "public host key"],
    [server(`ssh: a@b, key: { file: k }, hostKey: "${KEY.slice(0, -9)}"`), "public host key"],
    [roomWith("dis"), "expected true, false, or a list of updates, digest"],
    [roomWith("[dis]"), "or alarm"],
    ["troubles: { disk: 100 }", "troubles.disk (1:19): expected a percentage from 50 to 99"],
    ["troubles: { disk: 90% }", "expected a percentage from 50 to 99, without a sign"],
    ["troubles: { crashes: 5 }", "expected a whole number of failed tasks, from 1 to 4"],
    ["troubles: { silent: 10 }", "expected a time such as 90s"],
    ["troubles: { certificat: 14d }", "did you mean certificate?"],
    ["apps: { matrix.example.coop: room }", "expected a mapping with carries"],
    ["apps: { matrix.example.coop: {} }", "carries (1:9): is missing: expected room"],
    ["apps: { matrix.example.coop: { carries: all } }", "carries (1:41): expected room"],
    ["apps: { matrix.example.coop: { carrie: room } }", "did you mean carries?"],
    ["apps: { Matrix: { carries: room } }", "expected domains of apps"],
    ["apps: [matrix.example.coop]", "expected a mapping by domains of apps"],
    ["approvals: { change: { people: 0 } }", "1 or more"],
    ["approvals: { change: { people: 1.5 } }", "whole number"],
    ["approvals: { change: { requester: no } }", "expected counts or abstains"],
    ["approvals: { change: { expires: 24 } }", "expected a time such as 90s"],
    ["updates: { schedule: daily }", "five cron fields"],
    ['updates: { schedule: "* * * *" }', "five cron fields"],
    ["catalogue: { recipes: ./recipes }", "absolute path"],
    ["catalogue: { recipes: 'file:///x' }", "https or ssh"],
    ["catalogue: { index: 'https://a:hunter2@b/' }", "a password in it is not taken"],
    ["registries: { a.example: { user: moot } }", "user and password together"],
    ["http: { listen: 0.0.0.0:80 }", "expected a token too"],
    ["http: { listen: 9464 }", "expected host:port"],
    ["matrix: { homeserver: matrix.example.coop }", "an address such as https://"],
    ["matrix: { rooms: { ops: { servers: [] } } }", "room aliases or ids in quotes"],
    ["matrix:\n  rooms:\n    #ops:b:\n", "a bare # begins a comment"],
  ])("in %j is told with its place and what to write", (text, sentence) => {
    expect(problemsOf(text).join("\n")).toContain(sentence);
  });

  test("does not hide the others, which come in the order of the file", () => {
    const text = `
abra: { sinc: 1 }
roles: { a: { may: [helo] } }
members: { "@a:b": [b] }
servers: { alpha: { ssh: x } }
storag: 1`;
    expect(problemsOf(text).map((problem) => problem.split(" ")[0])).toEqual([
      "abra.sinc",
      "roles.a.may[0]",
      'members."@a:b"[0]',
      "servers.alpha.ssh",
      "storag",
    ]);
  });

  test("never repeats what may be a secret", () => {
    const account = 'homeserver: https://m, user: "@m:b", rooms: {}';
    const problems = problemsOf(`matrix: { ${account}, password: hunter2, accessToken: hunter2 }`);
    expect(problems).toHaveLength(2);
    expect(problems.join()).not.toContain("hunter2");
  });
});

test("a file that is not there is named, with what to do", async () => {
  const refused = readConfig("/nowhere/bot.config.yaml");
  await expect(refused).rejects.toBeInstanceOf(Refusal);
  await expect(refused).rejects.toMatchObject({
    reason: {
      file: "/nowhere/bot.config.yaml",
      problems: [expect.stringContaining("--config FILE")],
    },
  });
});
