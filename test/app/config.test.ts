// The env file from the room: shown, compared and changed, and applied by nothing but a deploy.
import { describe, expect, test } from "vitest";
import { Refusal } from "../../src/core/errors.ts";
import { named } from "../named.ts";
import { isServerName } from "../../src/core/ids.ts";
import { ANA } from "./desk.ts";
import {
  ALPHA,
  answered,
  ENV,
  ended,
  openVillage,
  PATH,
  STACK,
  textOf,
  told,
  WIKI,
  type Village,
} from "./village.ts";

const OTHER = "other.example.coop";
const OTHER_ENV = `TYPE=wiki:1.0.0+1.0.0\nDOMAIN=${OTHER}\n`;

async function refusedWith(village: Village, typed: string, words: string): Promise<string> {
  const before = await textOf(village);
  const body = await answered(village, typed, words);
  expect(await textOf(village)).toBe(before);
  expect(village.desk.ledger.jobs.recent(1)).toEqual([]);
  return body;
}

describe("shown", () => {
  test("it is grouped as in the file, with secrets hidden and with what is off", async () => {
    await using village = await openVillage();
    const body = await answered(village, `!config ${WIKI}`, "its env file");
    expect(body).toContain(
      "What people see\n- GREETING = hello\n- LOG_LEVEL off (info)\nSecrets\n",
    );
    expect(body).toContain("SMTP_PASSWORD = ****");
    expect(body).not.toContain("hunter22");
  });

  test("a long one comes as a file, where secrets are hidden too", async () => {
    const lines = Array.from({ length: 400 }, (_, index) => `SETTING_${index}=value ${index}`);
    await using village = await openVillage({ env: `${ENV}${lines.join("\n")}\n` });
    await answered(village, `!config ${WIKI}`, "the whole is in the file that follows");
    const file = await village.desk.chat.waitFor("SETTING_399 = value 399");
    expect(file.file).toBe(`${WIKI}.env.txt`);
    expect(file.body).not.toContain("hunter22");
  });

  test("beside the sample: what is missing, unknown and different", async () => {
    const env = ENV.replace("COMPOSE_FILE=", "GRETING=x\n#").replace("hello", "good day");
    await using village = await openVillage({ env });
    const body = await answered(village, `!config ${WIKI} --diff`, "beside the sample");
    expect(body).toContain("missing here:\n- COMPOSE_FILE = compose.yml");
    expect(body).toContain("GRETING; perhaps GREETING was meant");
    expect(body).toContain("SMTP_PASSWORD");
    expect(body).toContain("GREETING: hello → good day");
    expect(body).not.toContain("hunter22");
  });
});

describe("changed", () => {
  test("the file keeps all else, and nothing runs until it is deployed", async () => {
    await using village = await openVillage();
    await ended(village, `!deploy ${WIKI}`);
    const written = village.host.written.length;
    const before = await textOf(village);
    const { plan, state } = await ended(
      village,
      `!config ${WIKI} GREETING="good day" LOG_LEVEL=debug`,
    );
    expect(state).toBe("succeeded");
    expect(plan).toMatchObject({ act: "config", tier: "change", steps: [{ kind: "write-env" }] });
    expect(await textOf(village)).toBe(
      before
        .replace("'hello'", "'good day'")
        .replace("#LOG_LEVEL=info\n", "#LOG_LEVEL=info\nLOG_LEVEL=debug\n"),
    );
    expect(village.host.written).toHaveLength(written);
    await village.desk.chat.waitFor(`Nothing is applied until you type !deploy ${WIKI}`);
    expect(told(village)).toContain("GREETING: hello → good day");
    expect(told(village)).toContain("Restarts: app");
    await ended(village, `!deploy ${WIKI}`);
    const live = (await village.host.inspect(STACK, new AbortController().signal)).live;
    expect(live?.services.find(({ name }) => name === "app")?.env["GREETING"]).toBe("good day");
  });

  test("--unset takes out several keys, and says what is lost with a secret", async () => {
    await using village = await openVillage();
    const { state } = await ended(village, `!config ${WIKI} --unset GREETING,SMTP_PASSWORD`);
    expect(state).toBe("succeeded");
    expect(await textOf(village)).toBe(
      ENV.replace(/^export GREETING.*\n/m, "").replace(/^SMTP_PASSWORD.*\n/m, ""),
    );
    expect(told(village)).toContain("The value of SMTP_PASSWORD goes with its line");
  });

  test("what is so already changes nothing", async () => {
    await using village = await openVillage();
    await refusedWith(village, `!config ${WIKI} GREETING=hello`, "says that already");
  });

  test("a key that nothing reads is told with the one that was perhaps meant", async () => {
    await using village = await openVillage();
    await ended(village, `!config ${WIKI} LOGLEVEL=debug`);
    expect(told(village)).toContain(
      "Nothing in the recipe reads LOGLEVEL; perhaps LOG_LEVEL was meant.",
    );
  });

  test("so it is by a deploy that sets one", async () => {
    await using village = await openVillage();
    const body = await answered(village, `!plan ${WIKI} GREETNG=x`, "Nothing in the recipe reads");
    expect(body).toContain("GREETNG; perhaps GREETING was meant");
  });

  test("another COMPOSE_FILE is told plainly, and what the deploy would refuse as well", async () => {
    await using village = await openVillage();
    await ended(village, `!config ${WIKI} COMPOSE_FILE=compose.yml:compose.smtp.yml`);
    expect(told(village)).toContain("compose.smtp.yml is switched on");
    const env = ENV.replace("COMPOSE_FILE=", 'COMPOSE_FILE="compose.base.yml"\nCOMPOSE_FILE=');
    await using twice = await openVillage({ env });
    await ended(twice, `!config ${WIKI} COMPOSE_FILE=compose.yml:compose.db.yml`);
    expect(told(twice)).toContain("COMPOSE_FILE stands on lines 4 and 5");
  });

  test("a server that does not answer keeps nobody from mending the file", async () => {
    await using village = await openVillage();
    village.host.unreachable = new Refusal({
      kind: "server-unreachable",
      server: named(isServerName, ALPHA),
      problem: "no answer",
    });
    const { state } = await ended(village, `!config ${WIKI} GREETING=hi`);
    expect(state).toBe("succeeded");
    expect(told(village)).toContain(`With this, !deploy ${WIKI} would be refused`);
  });

  test("a file that somebody changed between plan and apply is left alone", async () => {
    await using village = await openVillage();
    const { apps } = village;
    const find = apps.list.bind(apps);
    const theirs = `${ENV}# mine\n`;
    apps.list = async () => {
      // What the step asks last before it writes.
      if (village.desk.ledger.jobs.active().length > 0) await apps.write(PATH, theirs, ENV);
      return find();
    };
    const { state, ending } = await ended(village, `!config ${WIKI} GREETING=hi`);
    expect(state).toBe("failed");
    expect(ending?.problem?.text).toContain("Somebody changed its env file");
    expect(await textOf(village)).toBe(theirs);
    await village.desk.chat.waitFor("Somebody changed its env file");
  });
});

describe("refused, with nothing changed", () => {
  test.each([
    ["TYPE=shop", "TYPE cannot be set here: it says which recipe"],
    ["LD_PRELOAD=x", "it would steer programs on moot's own machine"],
    [`STACK_NAME=other_example_coop`, `a stack of that name belongs to ${OTHER}`],
    ["STACK_NAME=other_example_coop_db", "not be told from those of other_example_coop"],
    [`DOMAIN=${OTHER}`, `that domain belongs to ${OTHER}`],
    ["GREETING=a\u0001b", "there are control characters in the message"],
    ["--unset GRETING", "does not set GRETING, so nothing was taken out. Did you mean GREETING?"],
    ["--unset TYPE", "TYPE cannot be set here"],
    ["GREETING=x --unset GREETING", "set and taken out at once"],
    ["GREETING=x --diff", "--diff shows, and changes nothing"],
  ])("%s", async (typed, words) => {
    await using village = await openVillage({ neighbours: { [OTHER]: OTHER_ENV } });
    await refusedWith(village, `!config ${WIKI} ${typed}`, words);
  });

  test("a domain that another stack answers for", async () => {
    const env = ENV.replaceAll(WIKI, OTHER);
    await using village = await openVillage({ neighbours: { [OTHER]: env } });
    await ended(village, `!deploy ${OTHER}`);
    const path = `/abra/servers/${ALPHA}/${OTHER}.env`;
    await village.apps.write(path, env.replace("DOMAIN=", "#DOMAIN="), env);
    village.desk.chat.say(ANA, `!config ${WIKI} DOMAIN=${OTHER}`);
    await village.desk.chat.waitFor("that domain belongs to other_example_coop");
  });
});
