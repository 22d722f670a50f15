// A restart starts tasks anew in each service's rolling way, and nothing else changes.
import { expect, test } from "vitest";
import { ANA, ended, openHamlet, settle, signal, STACK, WIKI } from "./hamlet.ts";

test("all services restart, with the warning that each is away for a moment", async () => {
  await using hamlet = openHamlet();
  await settle(hamlet);
  const before = await hamlet.host.counters(STACK, signal);
  const written = hamlet.host.written.length;
  const { state, plan, ending } = await ended(hamlet, `!restart ${WIKI}`);
  expect(state).toBe("succeeded");
  expect(plan.tier).toBe("change");
  expect(plan.steps.map(({ kind }) => kind)).toEqual(["restart", "watch"]);
  expect(await hamlet.host.counters(STACK, signal)).toEqual({
    app: (before["app"] ?? 0) + 1,
    db: (before["db"] ?? 0) + 1,
  });
  expect(hamlet.host.written).toHaveLength(written);
  expect(ending?.services.map(({ service, ending: how }) => [service, how])).toEqual([
    ["app", "converged"],
    ["db", "converged"],
  ]);
  const shown = await hamlet.desk.chat.waitFor("are away for a moment");
  expect(shown.body).toContain("Restarts: app");
});

test("one service restarts, and the other keeps its task", async () => {
  await using hamlet = openHamlet();
  await settle(hamlet);
  const appTask = async (): Promise<unknown> =>
    (await hamlet.host.tasks(STACK, signal)).filter(({ service }) => service === "app");
  const before = await appTask();
  const { state } = await ended(hamlet, `!restart ${WIKI} db`);
  expect(state).toBe("succeeded");
  expect(await appTask()).toEqual(before);
  const shown = await hamlet.desk.chat.waitFor("Restarts: db");
  expect(shown.body).toContain("Stays as it is: app.");
});

test("the way back is known after a restart as before", async () => {
  await using hamlet = openHamlet();
  await settle(hamlet);
  await ended(hamlet, `!upgrade ${WIKI}`);
  await ended(hamlet, `!restart ${WIKI}`);
  expect((await ended(hamlet, `!rollback ${WIKI}`)).plan.version.to).toBe("1.0.0+1.0.0");
});

test("a service that does not come up again is told with its reason", async () => {
  await using hamlet = openHamlet();
  await settle(hamlet);
  hamlet.host.behave(STACK, "db", { kind: "crashes", exitCode: 3, log: ["no space left"] });
  const { state, ending } = await ended(hamlet, `!restart ${WIKI} db`);
  expect(state).toBe("failed");
  expect(ending?.services[0]?.reason).toContain("exit code 3");
});

test("a service that the app has not is refused with those it has", async () => {
  await using hamlet = openHamlet();
  await settle(hamlet);
  hamlet.desk.chat.say(ANA, `!restart ${WIKI} web`);
  const answer = await hamlet.desk.chat.waitFor("has no service web");
  expect(answer.body).toContain("Its services: app and db.");
});

test("what is not deployed is not restarted", async () => {
  await using hamlet = openHamlet();
  await settle(hamlet);
  await ended(hamlet, `!undeploy ${WIKI}`);
  hamlet.desk.chat.say(ANA, `!restart ${WIKI}`);
  await hamlet.desk.chat.waitFor(`The app ${WIKI} is not deployed.`);
});
