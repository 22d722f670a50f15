// Functions of a recipe run in an app's containers: those of its abra.sh alone, once, told with what they said.
import { describe, expect, test, vi } from "vitest";
import type { FakeProgram } from "../fakes/program.ts";
import {
  ANA,
  DAN,
  edit,
  ended,
  envText,
  NEWER,
  openHamlet,
  settle,
  STACK,
  VERSION,
  WIKI,
  type Hamlet,
} from "./hamlet.ts";

async function settled(program?: FakeProgram): Promise<Hamlet> {
  const hamlet = openHamlet();
  await settle(hamlet);
  if (program !== undefined) hamlet.host.program = program;
  return hamlet;
}

function saying(output: string, exitCode = 0): FakeProgram {
  return async () => ({ exitCode, output });
}

/** The text of the file that moot sends. */
function fileOf({ desk }: Hamlet): Promise<string> {
  return vi.waitFor(() => {
    const sent = desk.chat.said.map(({ outgoing }) => outgoing);
    const file = sent.find((outgoing) => outgoing.kind === "file");
    if (file === undefined) throw new Error("no file came");
    return file.text;
  }, 20_000);
}

const never: FakeProgram = () => new Promise(() => undefined);

describe("!run", () => {
  test("without a function lists those of the version that is deployed", async () => {
    await using hamlet = await settled();
    hamlet.desk.chat.say(ANA, `!run ${WIKI}`);
    const answer = await hamlet.desk.chat.waitFor(`at version ${VERSION} has these functions:`);
    expect(answer.body).toContain("- set_admin\n- backup\n");
    expect(answer.body).not.toContain("migrate");
  });

  test("calls a function in the service app, with its arguments as words of their own", async () => {
    await using hamlet = await settled(saying("ana is an admin now\n"));
    const { state, plan } = await ended(hamlet, `!run ${WIKI} set_admin ana "two words; $(id)"`);
    expect(state).toBe("succeeded");
    expect(plan).toMatchObject({
      tier: "danger",
      dangers: [{ kind: "runs-function", service: "app", function: "set_admin" }],
    });
    const [{ exec } = {}] = hamlet.host.executed;
    expect(exec?.service).toBe("app");
    expect(exec?.argv.slice(3)).toEqual(["abra", "set_admin", "ana", "two words; $(id)"]);
    expect(exec?.argv[2]).not.toContain("ana");
    expect(exec?.files).toMatchObject([{ path: "/tmp/abra.sh" }]);
    expect(exec?.env).toEqual({ TARGET: "app", APP_NAME: WIKI, STACK_NAME: STACK });
    await hamlet.desk.chat.waitFor("    ana is an admin now");
  });

  test("calls it in another service where that is named", async () => {
    await using hamlet = await settled();
    await ended(hamlet, `!run ${WIKI} db backup`);
    expect(hamlet.host.executed.map(({ exec }) => exec.service)).toEqual(["db"]);
    await hamlet.desk.chat.waitFor('"run backup in db" ended well and said nothing.');
  });

  test("is never one person's word where two must agree", async () => {
    await using hamlet = openHamlet({ people: 2 });
    await settle(hamlet);
    const event = hamlet.desk.chat.say(ANA, `!run ${WIKI} backup`);
    const prompt = await hamlet.desk.chat.waitFor(`asks to run backup in app of ${WIKI}`);
    expect(hamlet.host.executed).toEqual([]);
    hamlet.desk.chat.react(DAN, prompt.event, "👍");
    await vi.waitFor(
      () => expect(hamlet.desk.ledger.jobs.ofCommand(event)?.state).toBe("succeeded"),
      20_000,
    );
  });

  test("of a function that does not exist is refused with the nearest and the list", async () => {
    await using hamlet = await settled();
    hamlet.desk.chat.say(ANA, `!run ${WIKI} set_amdin`);
    const answer = await hamlet.desk.chat.waitFor(
      "has no function set_amdin. Did you mean set_admin?",
    );
    expect(answer.body).toContain("It has set_admin and backup.");
    hamlet.desk.chat.say(ANA, `!run ${WIKI} rm "-rf"`);
    await hamlet.desk.chat.waitFor("has no function rm.");
    expect(hamlet.host.executed).toEqual([]);
  });

  test("of a function that ends with 3 fails, with what it said", async () => {
    await using hamlet = await settled(saying("no such user", 3));
    const { state, ending } = await ended(hamlet, `!run ${WIKI} set_admin eve`);
    expect(state).toBe("failed");
    expect(ending?.problem?.text).toBe("set_admin ended with exit code 3");
    const told = await hamlet.desk.chat.waitFor(
      '"run set_admin eve in app" ended with exit code 3',
    );
    expect(told.body).toContain("    no such user");
  });

  test("of a function that hangs ends at its deadline", async () => {
    await using hamlet = await settled(never);
    const { state, ending } = await ended(hamlet, `!run ${WIKI} backup --timeout 30s`);
    expect(state).toBe("failed");
    expect(ending?.problem?.text).toContain("it had not ended after 30 s");
  });

  test("of a function that floods its output keeps the beginning, and says that there was more", async () => {
    await using hamlet = await settled(saying("x".repeat(1_200_000)));
    const { state, ending } = await ended(hamlet, `!run ${WIKI} backup`);
    expect(state).toBe("succeeded");
    expect(ending?.outputs?.[0]).toMatchObject({ left: 900_000, isFlood: true });
    await hamlet.desk.chat.waitFor(
      "more than 1000000 characters, of which the first 100000 are kept",
    );
    const file = await fileOf(hamlet);
    expect(file.length).toBeLessThan(101_000);
    expect(file).toContain("moot cut it here");
  });

  test("of a function that says much puts all of it beside the message", async () => {
    const lines = Array.from({ length: 50 }, (_, index) => `line ${index}`).join("\n");
    await using hamlet = await settled(saying(lines));
    await ended(hamlet, `!run ${WIKI} backup`);
    const told = await hamlet.desk.chat.waitFor("and said 50 lines. It ends with:");
    expect(told.body).not.toContain("line 5\n");
    expect(await fileOf(hamlet)).toContain("line 5\n");
  });

  test("of a function that says a secret masks it, wherever it is kept", async () => {
    await using hamlet = await settled(saying("DB_PASSWORD=hunter2-hunter2\nok"));
    const { ending } = await ended(hamlet, `!run ${WIKI} backup`);
    expect(ending?.outputs?.[0]?.text).toBe("DB_PASSWORD=****\nok");
    await hamlet.desk.chat.waitFor("DB_PASSWORD=****");
  });

  test("is not run a second time by a restart of moot", async () => {
    const first = await settled(never);
    const event = first.desk.chat.say(ANA, `!run ${WIKI} backup`);
    await vi.waitFor(() => expect(first.host.executed).toHaveLength(1), 20_000);
    await first[Symbol.asyncDispose]();
    await using second = openHamlet({ before: first });
    await vi.waitFor(
      () => expect(second.desk.ledger.jobs.ofCommand(event)?.state).toBe("interrupted"),
      20_000,
    );
    expect(second.host.executed).toHaveLength(1);
    const told = await second.desk.chat.waitFor("Nobody knows whether it came to its end");
    expect(told.body).toContain("it was not run a second time");
    expect(told.body).toContain("look yourself how far it came");
  });

  test("that is cancelled says that it was killed", async () => {
    await using hamlet = await settled(never);
    const event = hamlet.desk.chat.say(ANA, `!run ${WIKI} backup`);
    await vi.waitFor(() => expect(hamlet.host.executed).toHaveLength(1), 20_000);
    hamlet.desk.chat.say(ANA, `!cancel ${hamlet.desk.ledger.jobs.ofCommand(event)?.id ?? ""}`);
    await hamlet.desk.chat.waitFor("it was killed where it was");
    expect(hamlet.desk.ledger.jobs.ofCommand(event)?.state).toBe("cancelled");
  });

  test("where no task runs is told, with what to look at", async () => {
    await using hamlet = await settled();
    hamlet.host.turn(STACK, "app", { kind: "finds-no-node", reason: "no suitable node" });
    const { state } = await ended(hamlet, `!run ${WIKI} backup`);
    expect(state).toBe("failed");
    await hamlet.desk.chat.waitFor(`The service app of ${WIKI} does not run`);
  });

  test("takes no time beyond an hour", async () => {
    await using hamlet = openHamlet();
    hamlet.desk.chat.say(ANA, `!run ${WIKI} backup --timeout 2h`);
    await hamlet.desk.chat.waitFor("--timeout takes a time from 1s to 1h");
  });
});

describe("POST_DEPLOY_CMDS and POST_UPGRADE_CMDS", () => {
  const BOTH =
    'POST_DEPLOY_CMDS="app set_admin ana|db backup"\nPOST_UPGRADE_CMDS="app migrate"\nGREETING=hi\n';

  function called({ host }: Hamlet): readonly string[] {
    return host.executed.map(({ exec }) => [exec.service, ...exec.argv.slice(4)].join(" "));
  }

  test("run once the stack is up, in their order, and are told", async () => {
    await using hamlet = await settled(saying("done"));
    await edit(hamlet, (text) => `${text}${BOTH}`);
    const { state, plan, ending } = await ended(hamlet, `!deploy ${WIKI}`);
    expect(state).toBe("succeeded");
    const kinds = plan.steps.map(({ kind }) => kind);
    expect(kinds.slice(kinds.indexOf("watch"))).toEqual([
      "watch",
      "run-function",
      "run-function",
      "record-version",
      "probe",
    ]);
    expect(called(hamlet)).toEqual(["app set_admin ana", "db backup"]);
    expect(ending?.outputs?.map(({ what }) => what)).toEqual([
      "run set_admin ana in app",
      "run backup in db",
    ]);
  });

  test("an idle deploy runs none, and an upgrade runs those of an upgrade", async () => {
    await using hamlet = await settled();
    await edit(hamlet, (text) => `${text}${BOTH}`);
    await ended(hamlet, `!deploy ${WIKI}`);
    const before = called(hamlet).length;
    await ended(hamlet, `!deploy ${WIKI}`);
    expect(called(hamlet)).toHaveLength(before);
    await ended(hamlet, `!upgrade ${WIKI}`);
    expect(called(hamlet).slice(before)).toEqual(["app migrate"]);
  });

  test("when one fails the job fails, and the services stay as they are", async () => {
    await using hamlet = await settled(saying("no such table", 1));
    await edit(hamlet, (text) => `${text}${BOTH}`);
    const { state, ending } = await ended(hamlet, `!upgrade ${WIKI}`);
    expect(state).toBe("failed");
    expect(ending?.back).toBeUndefined();
    const told = await hamlet.desk.chat.waitFor("migrate ended with exit code 1");
    expect(told.body).toContain("no such table");
    expect(told.body).toContain(`Its services run at version ${NEWER} and were not put back`);
    expect(await envText(hamlet)).toContain(`TYPE=wiki:`);
  });

  test.each([
    ["app migrate", "has no function migrate"],
    ["web backup", "there is no service web"],
    ["backup", "is not of the form SERVICE FUNCTION"],
  ])("%s makes the deploy impossible", async (commands, why) => {
    await using hamlet = await settled();
    await edit(hamlet, (text) => `${text}POST_DEPLOY_CMDS="${commands}"\n`);
    hamlet.desk.chat.say(ANA, `!deploy ${WIKI}`);
    const answer = await hamlet.desk.chat.waitFor("This cannot be done to");
    expect(answer.body).toContain("POST_DEPLOY_CMDS of the env file cannot be run");
    expect(answer.body).toContain(why);
  });
});
