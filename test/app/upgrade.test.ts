// Going up and down in versions, and the return of all services together, with everything outside in memory.
import { expect, test } from "vitest";
import { ANA } from "./desk.ts";
import { deployed, ended, openLineage, STACK, WIKI } from "./lineage.ts";

const { signal } = new AbortController();
const CRASH = { kind: "crashes", exitCode: 3, log: ["no such table: pages"] } as const;

test("an upgrade takes the newest version, shows the notes of every version on the way, and records it", async () => {
  await using lineage = openLineage();
  await deployed(lineage, "1.0.0+1");
  const { state, plan } = await ended(lineage, `!upgrade ${WIKI}`);
  expect(state).toBe("succeeded");
  expect(plan.notes.map(({ version }) => version)).toEqual(["1.1.0+1", "2.0.0+2"]);
  expect(plan.dangers).toEqual([{ kind: "major-step", from: "1.0.0+1", to: "2.0.0+2" }]);
  expect(plan.newKeys).toEqual([
    { key: "PAGES", value: "20", comment: "How many pages a list shows" },
    { key: "SMTP_PASSWORD", value: "" },
  ]);
  expect(await lineage.runs()).toBe("app:v2.0 cache:v2.0");
  expect(await lineage.envFile()).toContain("TYPE=wiki:2.0.0+2");
  const { chat } = lineage.desk;
  await chat.waitFor("Nicer lists.");
  await chat.waitFor("The data are migrated.");
  await chat.waitFor("PAGES=20 (How many pages a list shows)");
});

test("an upgrade goes to the version that is named", async () => {
  await using lineage = openLineage();
  await deployed(lineage, "1.0.0+1");
  const { plan } = await ended(lineage, `!upgrade ${WIKI} --to 1.1.0+1`);
  expect(plan.version).toEqual({ from: "1.0.0+1", to: "1.1.0+1", step: "minor" });
  expect(await lineage.runs()).toBe("app:v1.1 db:v1.1");
});

test("if one service does not come up, all return together, with those that were left out, and it is told which failed and why", async () => {
  await using lineage = openLineage();
  await deployed(lineage, "1.0.0+1");
  const before = await lineage.envFile();
  lineage.host.behave(STACK, "cache", CRASH);
  const { state, ending } = await ended(lineage, `!upgrade ${WIKI}`);
  expect(state).toBe("failed");
  expect(ending?.services.find(({ service }) => service === "cache")).toMatchObject({
    ending: "crash-looping",
    reason: "exit code 3",
    log: ["no such table: pages"],
  });
  expect(ending?.back).toMatchObject({ version: "1.0.0+1", isWhole: true });
  expect(await lineage.runs()).toBe("app:v1.0 db:v1.0");
  expect(await lineage.envFile()).toBe(before);
  const { chat } = lineage.desk;
  await chat.waitFor("all services were put back to version 1.0.0+1");
  await chat.waitFor("cache keeps crashing: exit code 3");
});

test("a deploy that fails puts its settings back too, but not over what somebody wrote meanwhile", async () => {
  await using lineage = openLineage();
  await deployed(lineage, "1.0.0+1");
  const before = await lineage.envFile();
  lineage.host.behave(STACK, "app", CRASH);
  await ended(lineage, `!deploy ${WIKI} TITLE=theirs`);
  expect(await lineage.envFile()).toBe(before);
  const { apps } = lineage.desk.world;
  const deploy = lineage.host.deploy.bind(lineage.host);
  lineage.host.deploy = async (...args) => {
    await deploy(...args);
    const now = await apps.find(WIKI, signal);
    const edited = `${now?.text ?? ""}# mine\n`;
    await apps.write(now?.path ?? "", edited, now?.text, signal);
  };
  const { ending } = await ended(lineage, `!deploy ${WIKI} TITLE=theirs`);
  expect(ending?.note).toContain("Somebody changed the env file meanwhile");
  expect(await lineage.envFile()).toContain("# mine");
});

test("a return that fails as well is told as one", async () => {
  await using lineage = openLineage();
  await deployed(lineage, "1.0.0+1");
  lineage.host.behave(STACK, "app", CRASH);
  const { state, ending } = await ended(lineage, `!upgrade ${WIKI}`);
  expect(state).toBe("failed");
  expect(ending?.back).toMatchObject({ version: "1.0.0+1", isWhole: false });
  await lineage.desk.chat.waitFor("They could not be put back to version 1.0.0+1");
});

test("a rollback writes again what the last good deployment before was, with its env file", async () => {
  await using lineage = openLineage();
  await deployed(lineage, "1.0.0+1");
  const before = await lineage.envFile();
  await ended(lineage, `!deploy ${WIKI} TITLE=theirs`);
  await ended(lineage, `!upgrade ${WIKI} --to 1.1.0+1`);
  const first = await ended(lineage, `!rollback ${WIKI}`);
  expect(first.plan.warnings).toContainEqual({ kind: "data-stay" });
  expect(await lineage.runs()).toBe("app:v1.0 db:v1.0");
  expect(await lineage.envFile()).toContain("TITLE=theirs");
  await ended(lineage, `!rollback ${WIKI}`);
  expect(await lineage.envFile()).toBe(before);
});

test("a rollback to a lower version that is named says that data stay, and that a major step is a danger", async () => {
  await using lineage = openLineage();
  await deployed(lineage, "2.0.0+2");
  const { state, plan } = await ended(lineage, `!rollback ${WIKI} --to 1.1.0+1`);
  expect(state).toBe("succeeded");
  expect(plan.warnings).toContainEqual({ kind: "data-stay" });
  expect(plan.dangers).toEqual([{ kind: "major-step", from: "2.0.0+2", to: "1.1.0+1" }]);
  expect(await lineage.envFile()).toContain("TYPE=wiki:1.1.0+1");
  await lineage.desk.chat.waitFor("Data are not put back");
});

test("without an earlier deployment of moot's, a rollback takes the next lower version", async () => {
  await using lineage = openLineage();
  await deployed(lineage, "1.1.0+1");
  const { plan } = await ended(lineage, `!rollback ${WIKI}`);
  expect(plan.version.to).toBe("1.0.0+1");
});

test("what abra deployed can be upgraded at once, and returns to what its version and env file make", async () => {
  await using lineage = openLineage();
  await deployed(lineage, "1.0.0+1");
  const kept = lineage.desk.ledger.deployments;
  const good = kept.good.bind(kept);
  // As in a moot that is new to the server.
  Object.assign(lineage.desk.ledger.deployments, { good: () => [] });
  lineage.host.behave(STACK, "cache", CRASH);
  const { ending, plan } = await ended(lineage, `!upgrade ${WIKI}`);
  expect(plan.warnings.map(({ kind }) => kind)).not.toContain("return-differs");
  expect(ending?.back).toMatchObject({ version: "1.0.0+1", isWhole: true });
  expect(await lineage.runs()).toBe("app:v1.0 db:v1.0");
  expect(good(WIKI, 1)).toHaveLength(1);
});

test("what somebody changed by hand comes back as files say, and the plan says so", async () => {
  await using lineage = openLineage();
  await deployed(lineage, "1.0.0+1");
  lineage.host.tamper(STACK, "db", { env: { BY: "hand" } });
  const { plan } = await ended(lineage, `!upgrade ${WIKI}`);
  expect(plan.warnings).toContainEqual({ kind: "return-differs", services: ["db"] });
});

const REFUSED: readonly (readonly [what: string, typed: string, words: string])[] = [
  ["a version that is not there", `!upgrade ${WIKI} --to 9.9.9+9`, "has no version 9.9.9+9"],
  ["a version below", `!upgrade ${WIKI} --to 1.0.0+1`, "!upgrade only goes up"],
  ["a rollback to a version above", `!rollback ${WIKI} --to 2.0.0+2`, "!rollback only goes down"],
  ["a lightweight tag", `!upgrade ${WIKI} --to 3.0.0+3`, "its tag 3.0.0+3 is not annotated"],
  ["no version at all", `!upgrade ${WIKI} --to ;rm`, "is no version"],
];

test.each(REFUSED)("%s is refused", async (_what, typed, words) => {
  await using lineage = openLineage(["3.0.0+3"]);
  await deployed(lineage, "1.1.0+1");
  lineage.desk.chat.say(ANA, typed);
  await lineage.desk.chat.waitFor(words);
  expect(lineage.desk.ledger.jobs.recent(9)).toHaveLength(1);
});

test("an app at the newest version is told so", async () => {
  await using lineage = openLineage();
  await deployed(lineage, "2.0.0+2");
  lineage.desk.chat.say(ANA, `!upgrade ${WIKI}`);
  await lineage.desk.chat.waitFor("runs version 2.0.0+2, and there is none above it");
});

test("a chaos deployment is not upgraded by guessing", async () => {
  await using lineage = openLineage();
  await deployed(lineage, "1.0.0+1");
  await ended(lineage, `!deploy ${WIKI} --chaos`);
  lineage.desk.chat.say(ANA, `!upgrade ${WIKI}`);
  await lineage.desk.chat.waitFor("which is no published version: nothing is above or below it");
  const { state } = await ended(lineage, `!deploy ${WIKI} --version 2.0.0+2`);
  expect(state).toBe("succeeded");
});

test("an app that does not run is neither upgraded nor rolled back", async () => {
  await using lineage = openLineage();
  await deployed(lineage, "1.0.0+1");
  await lineage.host.removeStack(STACK, signal);
  for (const verb of ["upgrade", "rollback"]) {
    lineage.desk.chat.say(ANA, `!${verb} ${WIKI}`);
  }
  await lineage.desk.chat.waitFor("is not deployed");
  expect(lineage.desk.ledger.jobs.recent(9)).toHaveLength(1);
});
