// The way back of a move that does not come to its end: the app must run somewhere, whatever happens.
import { once } from "node:events";
import { expect, test, vi } from "vitest";
import type { Job } from "../../src/core/job.ts";
import { requireNoApps } from "../../src/app/server-effects.ts";
import { ANA } from "./desk.ts";
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
  type Two,
} from "./two-servers.ts";

const OLD_FILE = `/abra/servers/${ALPHA}/${WIKI}.env`;
const NEW_FILE = `/abra/servers/${BETA}/${WIKI}.env`;

async function filesOf({ desk }: Two): Promise<readonly string[]> {
  return (await desk.world.apps.list(signal)).map(({ path }) => path);
}

async function expectBack(two: Two, { ending }: Job): Promise<void> {
  const { alpha, beta } = two;
  expect(ending?.back).toMatchObject({ isWhole: true });
  expect([await runsOn(alpha), await runsOn(beta)]).toEqual([true, false]);
  expect(alpha.cargo.contents.get(DATA)).toBe("all pages");
  expect(beta.secrets.has(SECRET)).toBe(false);
  expect(await beta.volumes(STACK, signal)).toEqual([]);
  expect(await filesOf(two)).toEqual([OLD_FILE]);
}

test("what was to read secrets is ended on the way back", async () => {
  await using two = await openTwo();
  const { cargo } = two.alpha;
  cargo.readingSecrets = () => Promise.reject(new Error("killed"));
  const job = await ended(two, `!move ${WIKI} ${BETA}`);
  await expectBack(two, job);
  expect([...cargo.readers]).toEqual([]);
});

test("an env file that somebody changes meanwhile stays theirs, and the app runs where it was", async () => {
  await using two = await openTwo();
  const { desk, alpha } = two;
  const text = (await desk.world.apps.find(WIKI, signal))?.text ?? "";
  alpha.cargo.reading = async () => {
    await desk.world.apps.write(OLD_FILE, `${text}# mine\n`, text, signal);
  };
  const job = await ended(two, `!move ${WIKI} ${BETA}`);
  expect(job.state).toBe("failed");
  expect(job.ending?.note).toContain("Somebody changed the env file meanwhile");
  await expectBack(two, job);
  expect((await desk.world.apps.find(WIKI, signal))?.text).toBe(`${text}# mine\n`);
});

test("a file that somebody puts in its new place does not leave the app down", async () => {
  await using two = await openTwo();
  const { desk, alpha, beta } = two;
  alpha.cargo.reading = async () => {
    await desk.world.apps.write(NEW_FILE, "TYPE=wiki\n", undefined, signal);
  };
  const job = await ended(two, `!move ${WIKI} ${BETA}`);
  expect(job.state).toBe("failed");
  expect(job.ending?.back).toMatchObject({ isWhole: true });
  expect([await runsOn(alpha), await runsOn(beta)]).toEqual([true, false]);
});

test("a bug while a volume is copied leads back, and its reference is told", async () => {
  await using two = await openTwo();
  two.alpha.cargo.reading = () => Promise.reject(new Error("never thought of"));
  const job = await ended(two, `!move ${WIKI} ${BETA}`);
  expect(job).toMatchObject({ state: "failed", ending: { problem: { step: "moot itself" } } });
  expect(job.ending?.problem?.text).toContain("ref-1");
  await expectBack(two, job);
  await two.desk.chat.waitFor("ref-1");
  const ending = two.desk.ledger.audit.recent(9).find(({ what }) => what === "ending");
  expect(ending?.detail).toMatchObject({ bug: "ref-1" });
});

test("a move that is stopped while it copies leads back, says so, and can be tried again", async () => {
  await using two = await openTwo();
  const { desk, alpha } = two;
  alpha.cargo.reading = async (inner) => {
    desk.chat.say(ANA, "!cancel 2");
    await once(inner, "abort");
    inner.throwIfAborted();
  };
  const job = await ended(two, `!move ${WIKI} ${BETA}`);
  expect(job).toMatchObject({ state: "cancelled", ending: { by: ANA } });
  await expectBack(two, job);
  await desk.chat.waitFor("what it had done until then was to be undone");
  await desk.chat.waitFor(`runs on ${ALPHA} again`);
  alpha.cargo.reading = async () => undefined;
  expect((await ended(two, `!move ${WIKI} ${BETA}`)).state).toBe("succeeded");
});

test("a secret and a volume that somebody makes there meanwhile stay theirs", async () => {
  await using two = await openTwo();
  const { desk, alpha, beta } = two;
  alpha.cargo.reading = async () => beta.holdings.hold(DATA, "node");
  const job = await ended(two, `!move ${WIKI} ${BETA}`);
  expect(job.ending?.problem?.text).toContain("there is one of that name already");
  expect(job.ending?.back?.isWhole).toBe(true);
  expect(await beta.volumes(STACK, signal)).toHaveLength(1);
  beta.holdings.removeVolumes([DATA]);
  alpha.cargo.reading = async () => undefined;
  const read = alpha.cargo.readSecrets.bind(alpha.cargo);
  vi.spyOn(alpha.cargo, "readSecrets").mockImplementation((...asked) => {
    beta.secrets.set(SECRET, "theirs");
    return read(...asked);
  });
  const again = await ended(two, `!move ${WIKI} ${BETA}`);
  expect(again.ending?.problem?.text).toContain("came up there meanwhile");
  expect(beta.secrets.get(SECRET)).toBe("theirs");
  expect([await runsOn(alpha), await runsOn(beta)]).toEqual([true, false]);
  await desk.chat.waitFor(`runs on ${ALPHA} again`);
});

test("while the old side of a move is not settled, nothing may make people forget it", async () => {
  await using two = await openTwo();
  const { desk } = two;
  await ended(two, `!move ${WIKI} ${BETA}`);
  const refused = { reason: { kind: "side-left", app: WIKI, server: ALPHA } };
  await expect(requireNoApps(desk.world, ALPHA, signal)).rejects.toMatchObject(refused);
  desk.chat.say(ANA, `!move ${WIKI} ${ALPHA}`);
  await desk.chat.waitFor(`left its volumes and secrets on ${ALPHA}`);
  await ended(two, `!undeploy ${WIKI}`);
  const count = desk.chat.seen().length;
  desk.chat.say(ANA, `!remove ${WIKI}`);
  await vi.waitFor(() => {
    expect(JSON.stringify(desk.chat.seen().slice(count))).toContain(`!move ${WIKI} --done`);
  });
  // What it left may be the only good copy as long as the app does not run.
  await ended(two, `!deploy ${WIKI}`);
  await ended(two, `!move ${WIKI} --done`);
  await requireNoApps(desk.world, ALPHA, signal);
});

test("a second stop ends the way back", async () => {
  await using two = await openTwo();
  const { desk, alpha } = two;
  alpha.cargo.reading = async (inner) => {
    desk.chat.say(ANA, "!cancel 2");
    await once(inner, "abort");
    alpha.behave(STACK, "app", { kind: "starts-forever" });
    setTimeout(() => desk.chat.say(ANA, "!cancel 2"), 200);
    inner.throwIfAborted();
  };
  const { state, ending } = await ended(two, `!move ${WIKI} ${BETA}`);
  expect(state).toBe("cancelled");
  expect(ending?.back).toMatchObject({ isWhole: false });
});

test("what a move that is stopped at its last step left behind can be destroyed", async () => {
  await using two = await openTwo();
  const { desk, beta } = two;
  vi.spyOn(beta, "probe").mockImplementation(async (_domain, inner) => {
    desk.chat.say(ANA, "!cancel 2");
    await once(inner, "abort");
    throw inner.reason;
  });
  const job = await ended(two, `!move ${WIKI} ${BETA}`);
  expect(job.state).toBe("cancelled");
  expect(job.ending?.back).toBeUndefined();
  expect((await ended(two, `!move ${WIKI} --done`)).state).toBe("succeeded");
});
