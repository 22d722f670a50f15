// Servers, moot's keys for them, errands and what drifted are kept as they were given.
import { expect, test } from "vitest";
import { isAppName, isServerName } from "../../src/core/ids.ts";
import type { NewServer } from "../../src/core/servers.ts";
import { named } from "../named.ts";
import { freshPath, opened } from "./opened.ts";
import { ana, asked, bea, eventNamed, ops, plan, wiki } from "./samples.ts";

const beta = named(isServerName, "beta.example.coop");
const other = named(isAppName, "other.example.coop");
const stop = {
  user: "deploy",
  host: "192.0.2.7",
  port: 22,
  hostKey: { line: "l", fingerprint: "f" },
};
const DAY = 24 * 3_600_000;

function newcomer(publicKey: string): NewServer {
  return { server: beta, address: stop, jump: { ...stop, port: 2222 }, publicKey };
}

function pair(name: string) {
  return { publicKey: `public ${name}`, privateKey: `private ${name}` };
}

test("a server comes back as it was added, until it is removed", () => {
  const path = freshPath();
  const { servers } = opened(path);
  servers.add(newcomer("p"), ana, 5);
  const [added, ...others] = servers.standing();
  expect(others).toEqual([]);
  expect(added).toEqual({ id: added?.id, ...newcomer("p"), by: ana, at: 5 });
  expect(() => {
    servers.add(newcomer("q"), bea, 6);
  }).toThrow("UNIQUE");
  expect(servers.remove(beta, bea, 7)).toBe(true);
  expect(servers.remove(beta, bea, 8)).toBe(false);
  expect(servers.standing()).toEqual([]);
  servers.add(newcomer("q"), bea, 9);
  expect(servers.standing()).toMatchObject([{ publicKey: "q" }]);
});

test("a key is made once for a way, and goes with its server", () => {
  const { servers } = opened();
  const key = servers.keyFor(beta, "way", () => pair("1"), 1);
  expect(key).toEqual(pair("1"));
  expect(servers.keyFor(beta, "way", () => pair("2"), 2)).toEqual(key);
  expect(servers.keyFor(beta, "other way", () => pair("3"), 2)).toEqual(pair("3"));
  servers.add(newcomer(key.publicKey), ana, 3);
  expect(servers.keyPair(key.publicKey)).toEqual(key);
  servers.remove(beta, ana, 4);
  expect(servers.keyPair(key.publicKey)).toBeUndefined();
  expect(servers.keyPair("public 3")).toBeDefined();
});

test("keys that nobody needs are forgotten, those of servers and of open requests are not", () => {
  const { servers } = opened();
  for (const name of ["used", "asked", "old"]) servers.keyFor(beta, name, () => pair(name), 1);
  servers.keyFor(beta, "young", () => pair("young"), 10);
  servers.add(newcomer("public used"), ana, 3);
  expect(servers.forgetKeys(5, ["public asked"])).toBe(1);
  expect(servers.keyPair("public old")).toBeUndefined();
  for (const name of ["used", "asked", "young"])
    expect(servers.keyPair(`public ${name}`)).toEqual(pair(name));
});

test("an errand is open until it ends once, and keeps when it was first started and measured", () => {
  const { errands } = opened();
  const waste = [{ kind: "image", id: "1", name: "wiki:0", bytes: 7 }] as const;
  const wanted = {
    server: beta,
    room: ops,
    command: eventNamed("one"),
    by: ana,
    work: { kind: "prune", waste },
  } as const;
  errands.queue(wanted, 5);
  const id = errands.open()[0]?.id ?? 0;
  expect(errands.open()).toEqual([{ id, ...wanted, queuedAt: 5 }]);
  errands.start(id, 6);
  errands.start(id, 7);
  errands.measured(id, 100);
  errands.measured(id, 50);
  expect(errands.open()).toMatchObject([{ startedAt: 6, usedBefore: 100 }]);
  expect(errands.end(id, 8)).toBe(true);
  expect(errands.end(id, 9)).toBe(false);
  expect(errands.open()).toEqual([]);
});

test("what drifted is known of each server until the next look", () => {
  const { drifts } = opened();
  const seen = { app: wiki, server: beta, seenAt: DAY, told: "x" };
  drifts.replace(beta, [{ ...seen, toldAt: DAY }]);
  expect(drifts.of(beta)).toEqual([{ ...seen, toldAt: DAY }]);
  expect(drifts.standing()).toEqual([{ ...seen, toldAt: DAY }]);
  drifts.replace(beta, [seen]);
  expect(drifts.of(beta)).toEqual([seen]);
  drifts.replace(beta, []);
  expect(drifts.standing()).toEqual([]);
});

test("of each app on a server the two newest good deployments are kept points, and the newest is known", () => {
  const { jobs, deployments } = opened();
  const { scope, server } = plan;
  const left = { server, stack: scope.stack, compose: "c", env: "e" };
  for (const [index, app] of [wiki, wiki, wiki, other, wiki].entries()) {
    const { job } = jobs.enqueue(asked(`${index}`, app), index);
    jobs.advance(job.id, "queued", "cancelled", index);
    const good = index !== 4;
    deployments.record({ ...left, app, job: job.id, version: `${index}`, at: index, good });
  }
  expect(deployments.keptPoints(server).map(({ version }) => version)).toEqual(["1", "2", "3"]);
  expect(deployments.keptPoints(beta)).toEqual([]);
  expect(deployments.latest(wiki)?.version).toBe("4");
});
