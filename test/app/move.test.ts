// The move of an app from one server to another, with everything outside in memory.
import { expect, test } from "vitest";
import { ANA, DAN } from "./desk.ts";
import {
  ALPHA,
  BETA,
  DATA,
  ended,
  openTwo,
  runsOn,
  SECRET,
  signal,
  STACK,
  WIKI,
} from "./two-servers.ts";

test("the move of an app that carries the room warns, and the clearing up after it does not", async () => {
  await using two = await openTwo({}, new Set([WIKI]));
  const { plan } = await ended(two, `!move ${WIKI} ${BETA}`);
  expect(plan.warnings).toContainEqual({ kind: "carries-room", stack: STACK, server: BETA });
  expect((await ended(two, `!move ${WIKI} --done`)).plan.warnings).toEqual([]);
});

test("an app goes over with its secrets and data, and the old side stays until somebody says done", async () => {
  await using two = await openTwo();
  const { desk, alpha, beta } = two;
  const { state, plan } = await ended(two, `!move ${WIKI} ${BETA}`);
  expect(state).toBe("succeeded");
  expect(plan.dangers).toEqual([{ kind: "move", from: ALPHA, to: BETA, volumes: 1, bytes: 4096 }]);
  expect(plan.warnings.map(({ kind }) => kind)).toEqual(["dns"]);
  expect([await runsOn(alpha), await runsOn(beta)]).toEqual([false, true]);
  expect(beta.cargo.contents.get(DATA)).toBe("all pages");
  expect(beta.secrets.get(SECRET)).toBe("open sesame");
  const file = await desk.world.apps.find(WIKI, signal);
  expect(file).toMatchObject({ server: BETA });
  expect(alpha.secrets.has(SECRET)).toBe(true);
  expect(await alpha.volumes(STACK, signal)).toHaveLength(1);
  await desk.chat.waitFor(`!move ${WIKI} --done`);

  const settled = await ended(two, `!move ${WIKI} --done`);
  expect(settled.state).toBe("succeeded");
  expect(settled.plan.losses.map(({ what, name }) => `${what} ${name}`)).toEqual([
    `secret ${SECRET}`,
    `volume ${DATA}`,
  ]);
  expect(alpha.secrets.has(SECRET)).toBe(false);
  expect(await alpha.volumes(STACK, signal)).toEqual([]);
  expect([beta.secrets.has(SECRET), beta.cargo.contents.get(DATA)]).toEqual([true, "all pages"]);
  desk.chat.say(ANA, `!move ${WIKI} --done`);
  await desk.chat.waitFor("has left anything behind");
});

test("a secret's value is in no message, job, journal or audit entry", async () => {
  await using two = await openTwo();
  const { id } = await ended(two, `!move ${WIKI} ${BETA}`);
  const { ledger, chat } = two.desk;
  const kept = JSON.stringify([
    ledger.jobs.get(id),
    ledger.jobs.journal(id),
    ledger.audit.recent(99),
  ]);
  expect(kept).not.toContain("open sesame");
  expect(JSON.stringify(chat.seen())).not.toContain("open sesame");
});

test("an app that does not come up on the other server runs again where it was, and nothing is left there", async () => {
  await using two = await openTwo();
  const { desk, alpha, beta } = two;
  beta.behave(STACK, "app", { kind: "crashes", exitCode: 3 });
  const { state, ending } = await ended(two, `!move ${WIKI} ${BETA}`);
  expect(state).toBe("failed");
  expect(ending?.back).toMatchObject({ isWhole: true });
  expect([await runsOn(alpha), await runsOn(beta)]).toEqual([true, false]);
  expect(alpha.cargo.contents.get(DATA)).toBe("all pages");
  expect(beta.secrets.has(SECRET)).toBe(false);
  expect(await beta.volumes(STACK, signal)).toEqual([]);
  expect(await desk.world.apps.find(WIKI, signal)).toMatchObject({ server: ALPHA });
  beta.behave(STACK, "app", { kind: "runs" });
  expect((await ended(two, `!move ${WIKI} ${BETA}`)).state).toBe("succeeded");
});

test("a volume that does not come over whole stops the move, and the app runs where it was", async () => {
  await using two = await openTwo();
  two.beta.cargo.spoil = (content) => content.slice(1);
  const { state, ending } = await ended(two, `!move ${WIKI} ${BETA}`);
  expect(state).toBe("failed");
  expect(ending?.problem?.text).toContain("did not come over whole: the two sides differ");
  expect(ending?.back?.isWhole).toBe(true);
  expect(await runsOn(two.alpha)).toBe(true);
});

test("what bars a move is told at once, and nothing is touched", async () => {
  await using two = await openTwo();
  const { desk, beta } = two;
  beta.secrets.set(SECRET, "another");
  beta.holdings.hold(DATA, "node");
  beta.nodes = ["one", "two"].map((name) => ({
    name,
    role: "manager",
    isUp: true,
    availability: "active",
  }));
  desk.chat.say(ANA, `!move ${WIKI} ${BETA}`);
  await desk.chat.waitFor(`The secret ${SECRET} is there already`);
  await desk.chat.waitFor(`The volume ${DATA} is there already`);
  await desk.chat.waitFor(`The swarm of ${BETA} has several nodes`);
  expect(JSON.stringify(desk.chat.seen())).not.toContain("docker volume rm");
  expect(await runsOn(two.alpha)).toBe(true);
  expect(beta.secrets.get(SECRET)).toBe("another");
});

const REFUSED: readonly (readonly [what: string, typed: string, words: string])[] = [
  ["the server it is on", `!move ${WIKI} ${ALPHA}`, `is on ${ALPHA} already`],
  ["a server that there is not", `!move ${WIKI} gamma.example.coop`, "There is no server"],
  ["no server at all", `!move ${WIKI}`, "name the server it is to go to"],
  ["nothing that was moved", `!move ${WIKI} --done`, "has left anything behind"],
];

test.each(REFUSED)("%s is refused", async (_what, typed, words) => {
  await using two = await openTwo();
  two.desk.chat.say(ANA, typed);
  await two.desk.chat.waitFor(words);
  expect(two.desk.ledger.jobs.recent(9)).toHaveLength(1);
});

test("who has no right on the other server may not move an app there", async () => {
  await using two = await openTwo();
  two.desk.chat.say(DAN, `!move ${WIKI} ${BETA}`);
  await two.desk.chat.waitFor("There is no server beta.example.coop");
  expect(two.desk.ledger.jobs.recent(9)).toHaveLength(1);
});

test("a hold on the server it comes from holds the move", async () => {
  await using two = await openTwo();
  two.desk.chat.say(ANA, `!hold ${ALPHA} "we look at its disk"`);
  await two.desk.chat.waitFor("we look at its disk");
  two.desk.chat.say(ANA, `!move ${WIKI} ${BETA}`);
  await two.desk.chat.waitFor(`Nothing was changed`);
  expect(two.desk.ledger.jobs.recent(9)).toHaveLength(1);
});

test("what a move could not carry bars it or is told as a danger", async () => {
  await using two = await openTwo({ volumes: [DATA, "shared"], binds: ["/srv/wiki"] });
  const { desk, alpha, beta } = two;
  alpha.cargo.special.add(DATA);
  beta.holdings.hold("shared", "node");
  desk.chat.say(ANA, `!move ${WIKI} ${BETA}`);
  await desk.chat.waitFor("The volume shared is used by it and is not its own");
  await desk.chat.waitFor(`The volume ${DATA} has a driver or options of its own`);
  expect(desk.ledger.jobs.recent(9)).toHaveLength(1);
});

test("a path of the old server is named before anybody agrees", async () => {
  await using two = await openTwo({ binds: ["/srv/wiki", "/var/run/docker.sock"] });
  const { plan } = await ended(two, `!move ${WIKI} ${BETA}`);
  expect(plan.dangers.filter(({ kind }) => kind === "path-stays")).toEqual([
    { kind: "path-stays", service: "app", path: "/srv/wiki", server: ALPHA },
  ]);
});
