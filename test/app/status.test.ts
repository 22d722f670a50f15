// !status APP and !ps APP tell all that an operator asks for first.
import { expect, test } from "vitest";
import {
  ANA,
  DAN,
  edit,
  ended,
  NEWER,
  openHamlet,
  settle,
  signal,
  STACK,
  VERSION,
  WIKI,
} from "./hamlet.ts";

async function status(hamlet: ReturnType<typeof openHamlet>, needle: string): Promise<string> {
  hamlet.desk.chat.say(ANA, `!status ${WIKI}`);
  return (await hamlet.desk.chat.waitFor(needle)).body;
}

test("an app in depth: versions, images, nodes, volumes, secrets, the last job, what is asked and held", async () => {
  await using hamlet = openHamlet({ people: 2 });
  await settle(hamlet);
  hamlet.desk.chat.say(DAN, `!undeploy ${WIKI}`);
  await hamlet.desk.chat.waitFor("asks to take down");
  hamlet.desk.chat.say(DAN, `!hold ${WIKI} "the move"`);
  await hamlet.desk.chat.waitFor("No new job runs there");
  await hamlet.host.createSecret(`${STACK}_old_v1`, "x", signal);
  await edit(hamlet, (text) => text.replace(VERSION, NEWER));
  const body = await status(hamlet, "Secrets:");
  expect(body).toContain(`recipe wiki, version ${VERSION} (the env file says ${NEWER})`);
  expect(body).toMatch(/app +registry\.example\/moot\/app:1\.0\.0 \([0-9a-f]{12}\) +1\/1 +node/);
  expect(body).toMatch(new RegExp(`${STACK}_data +4.1 kB +node`));
  expect(body).toContain(`on the server and used: ${STACK}_db_password_v1`);
  expect(body).toContain(`on the server and not used: ${STACK}_old_v1`);
  expect(body).toMatch(/✅ Last job 1: deploy succeeded/);
  expect(body).toContain("Open: a1 asks to take down");
  expect(body).toContain("is held by");
});

test("a chaos deployment is told by its commit", async () => {
  await using hamlet = openHamlet();
  await settle(hamlet);
  await ended(hamlet, `!deploy ${WIKI} --chaos`);
  expect(await status(hamlet, "no published version, 2 services")).toMatch(/commit [0-9a-f]{8}/);
});

test("of an app that is taken down the secrets it will need are told, those that are missing too", async () => {
  await using hamlet = openHamlet();
  await settle(hamlet);
  await ended(hamlet, `!undeploy ${WIKI}`);
  await hamlet.host.removeSecrets([`${STACK}_db_password_v1`], signal);
  const body = await status(hamlet, `not deployed; the env file says version ${VERSION}.`);
  expect(body).toContain(`missing: ${STACK}_db_password_v1`);
  expect(body).toContain(`${STACK}_data`);
});

test("a task that swarm moved away from its volume is told", async () => {
  await using hamlet = openHamlet();
  await settle(hamlet);
  hamlet.host.move(STACK, "db", "worker");
  const body = await status(hamlet, "swarm moved the task and not its data");
  expect(body).toContain(`db runs on worker, but a volume ${STACK}_data is on node`);
});

test("tasks are told with replicas, node, age, failures of the last hour and why they failed", async () => {
  await using hamlet = openHamlet();
  await settle(hamlet);
  hamlet.host.turn(STACK, "db", { kind: "crashes", exitCode: 137 });
  await expect
    .poll(
      async () =>
        (await hamlet.host.tasks(STACK, signal)).filter(({ state }) => state === "failed").length,
      { timeout: 10_000 },
    )
    .toBeGreaterThan(2);
  hamlet.desk.chat.say(ANA, `!ps ${WIKI}`);
  const { body } = await hamlet.desk.chat.waitFor("failed in 1 h");
  expect(body).toMatch(/app +1\/1/);
  expect(body).toMatch(/db +0\/1/);
  expect(body).toMatch(/db +failed +node +.* [3-5] +registry.* exit code 137/);
});
