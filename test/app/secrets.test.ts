// The secrets of an app from the room: listed, made, replaced and removed, with never a value in it.
import { describe, expect, test } from "vitest";
import { Refusal } from "../../src/core/errors.ts";
import { ANA } from "./desk.ts";
import {
  agreed,
  ALPHA,
  answered,
  ended,
  ENV,
  openVillage,
  STACK,
  textOf,
  told,
  WIKI,
  type Village,
} from "./village.ts";

const { signal } = new AbortController();
const DB_1 = `${STACK}_db_password_v1`;
const DB_2 = `${STACK}_db_password_v2`;
const TOKEN = `${STACK}_token_v1`;
const BY_HAND = `${ENV}SECRET_SMTP_PASSWORD_VERSION=v1 # generate=false\n`;

async function refusedWith(village: Village, typed: string, words: string): Promise<string> {
  const before = new Map(village.host.secrets);
  const jobs = village.desk.ledger.jobs.recent(9).length;
  const body = await answered(village, typed, words);
  expect(village.host.secrets).toEqual(before);
  expect(village.desk.ledger.jobs.recent(9)).toHaveLength(jobs);
  expect(village.desk.ledger.approvals.standing()).toEqual([]);
  return body;
}

describe("the list", () => {
  test("says of each secret where it stands, and leaves out those of a stack with a longer name", async () => {
    await using village = await openVillage({
      env: BY_HAND,
      app: ["db_password", "token", "smtp_password", "fixed"],
      neighbours: { "wiki.example.coop.y": ENV.replaceAll(WIKI, "wiki.example.coop.y") },
    });
    const { secrets } = village.host;
    village.host.holdings.createSecret(TOKEN, "x");
    village.host.holdings.createSecret(`${STACK}_token_v0`, "x");
    village.host.holdings.createSecret(`${STACK}_y_token_v1`, "theirs");
    const body = await answered(village, `!secrets ${WIKI}`, "its secrets");
    expect(body).toMatch(/db_password +v1 +SECRET_DB_PASSWORD_VERSION +missing +a passphrase/);
    expect(body).toMatch(/token +v0 +old, used by nothing since/);
    expect(body).toMatch(
      /token +v1 +SECRET_TOKEN_VERSION +on the server since \S+ \S+ UTC +40 char/,
    );
    expect(body).toMatch(/smtp_password +v1 +SECRET_SMTP_PASSWORD_VERSION +missing +by people/);
    expect(body).toMatch(/fixed +v1 +none: it cannot be replaced +missing/);
    expect(body).not.toContain("y_token");
    expect(body).toContain(`!secrets ${WIKI} generate`);
    expect(body).toContain(`!secrets ${WIKI} insert smtp_password`);
    expect(body).toContain(`!secrets ${WIKI} remove token_v0`);
    expect(secrets.size).toBe(3);
  });

  test("a server that does not answer is told", async () => {
    await using village = await openVillage();
    const reason = { kind: "server-unreachable", server: ALPHA, problem: "no answer" } as const;
    village.host.unreachable = new Refusal(reason);
    await answered(village, `!secrets ${WIKI}`, "cannot be reached: no answer");
  });
});

describe("generate", () => {
  test("makes what is missing and touches nothing else", async () => {
    await using village = await openVillage({
      env: BY_HAND,
      app: ["db_password", "token", "smtp_password"],
    });
    village.host.holdings.createSecret(TOKEN, "theirs");
    const { plan, state } = await ended(village, `!secrets ${WIKI} generate`);
    expect(state).toBe("succeeded");
    expect(plan).toMatchObject({ act: "secret-generate", tier: "change" });
    expect([...village.host.secrets]).toEqual([
      [TOKEN, "theirs"],
      [DB_1, "made-for-a-test"],
    ]);
    expect(village.host.written).toEqual([]);
    expect(told(village)).toContain("smtp_password is missing too, and only people can give it");
    expect(told(village)).not.toContain("made-for-a-test");
    await answered(
      village,
      `!secrets ${WIKI} generate`,
      "only people can give. Nothing was changed",
    );
  });

  test("one by its name", async () => {
    await using village = await openVillage();
    await ended(village, `!secrets ${WIKI} generate token`);
    expect([...village.host.secrets.keys()]).toEqual([TOKEN]);
    await refusedWith(
      village,
      `!secrets ${WIKI} generate token`,
      "is missing. Nothing was changed",
    );
  });

  test("one that only people can give is refused", async () => {
    await using village = await openVillage({ env: BY_HAND, app: ["smtp_password"] });
    const typed = `!secrets ${WIKI} generate smtp_password`;
    const body = await refusedWith(village, typed, "only people can give the value");
    expect(body).toContain(`!secrets ${WIKI} insert smtp_password`);
  });

  test("a name that swarm does not take is refused", async () => {
    const version = `v${"1".repeat(40)}`;
    const env = ENV.replace("PASSWORD_VERSION=v1", `PASSWORD_VERSION=${version}`);
    await using village = await openVillage({ env });
    const body = await refusedWith(village, `!secrets ${WIKI} generate`, "swarm takes 64");
    expect(body).toContain(`The secret name ${STACK}_db_password_${version} has `);
  });
});

describe("rotate", () => {
  test("a new version, a deploy with it, and the old one goes once all is up", async () => {
    await using village = await openVillage();
    await ended(village, `!deploy ${WIKI}`);
    const { plan, state } = await agreed(village, `!secrets ${WIKI} rotate db_password`);
    expect(state).toBe("succeeded");
    expect(plan).toMatchObject({
      act: "secret-rotate",
      tier: "danger",
      losses: [{ what: "secret", name: DB_1 }],
      dangers: [{ kind: "secret-replaced", secret: "db_password" }],
    });
    expect(plan.steps.at(-1)).toEqual({ kind: "remove-secrets", names: [DB_1] });
    expect(await textOf(village)).toContain("SECRET_DB_PASSWORD_VERSION=v2");
    expect([...village.host.secrets.keys()].toSorted()).toEqual([DB_2, TOKEN]);
    const { live } = await village.host.inspect(STACK, signal);
    expect(live?.services.map(({ secrets }) => secrets)).toEqual([[DB_2, TOKEN], [DB_2]]);
    expect(told(village)).toContain("db looks like a database and uses db_password");
  });

  test("nothing goes back to a deployment whose secret is gone", async () => {
    await using village = await openVillage();
    await ended(village, `!deploy ${WIKI}`);
    await agreed(village, `!secrets ${WIKI} rotate db_password`);
    expect(village.desk.ledger.deployments.good(WIKI, 9)).toHaveLength(2);
    await answered(village, `!rollback ${WIKI}`, "the recipe has no lower version");
  });

  test("what fails is put back whole, and the old value is there still", async () => {
    await using village = await openVillage();
    await ended(village, `!deploy ${WIKI}`);
    const before = await textOf(village);
    const { host } = village;
    host.behave(STACK, "app", { kind: "crashes", exitCode: 3, log: [] });
    const deploy = host.deploy.bind(host);
    host.deploy = async (stack, compose, inner) => {
      await deploy(stack, compose, inner);
      host.behave(STACK, "app", { kind: "runs" });
    };
    const { state, ending } = await agreed(village, `!secrets ${WIKI} rotate db_password`);
    expect(state).toBe("failed");
    expect(ending?.back?.isWhole).toBe(true);
    expect(await textOf(village)).toBe(before);
    expect(host.secrets.has(DB_1)).toBe(true);
    const { live } = await host.inspect(STACK, signal);
    expect(live?.services.map(({ secrets }) => secrets)).toEqual([[DB_1, TOKEN], [DB_1]]);
    // The version that was made in vain is never taken for a new one.
    const again = await agreed(village, `!secrets ${WIKI} rotate db_password`);
    expect(again.state).toBe("succeeded");
    expect(await textOf(village)).toContain("SECRET_DB_PASSWORD_VERSION=v3");
    await answered(village, `!secrets ${WIKI}`, "old, used by nothing");
  });

  test("a version that stands only in the recipe gets its key", async () => {
    await using village = await openVillage({ env: ENV.replace(/^SECRET_TOKEN.*\n/m, "") });
    await ended(village, `!deploy ${WIKI}`);
    await agreed(village, `!secrets ${WIKI} rotate token`);
    expect(await textOf(village)).toContain("\nSECRET_TOKEN_VERSION=v2\n");
    expect([...village.host.secrets.keys()].toSorted()).toEqual([DB_1, `${STACK}_token_v2`]);
  });

  test("a secret whose name holds no version key is refused, and why", async () => {
    await using village = await openVillage({ app: ["fixed"] });
    await ended(village, `!deploy ${WIKI}`);
    const body = await refusedWith(village, `!secrets ${WIKI} rotate fixed`, "cannot be replaced");
    expect(body).toContain("holds no key of the env file for a version");
    expect(body).toContain("SECRET_FIXED_VERSION");
  });

  test("one that only people can give needs the next version by hand", async () => {
    await using village = await openVillage({ env: BY_HAND, app: ["smtp_password"] });
    village.host.holdings.createSecret(`${STACK}_smtp_password_v1`, "x");
    await ended(village, `!deploy ${WIKI}`);
    const typed = `!secrets ${WIKI} rotate smtp_password`;
    const body = await refusedWith(village, typed, "under the next version");
    expect(body).toContain(`!secrets ${WIKI} insert smtp_password_v2`);
    expect(body).toContain(`!config ${WIKI} SECRET_SMTP_PASSWORD_VERSION=v2`);
  });

  test.each([
    [
      "a version without a number",
      "SECRET_DB_PASSWORD_VERSION=v1",
      "SECRET_DB_PASSWORD_VERSION=first",
      "ends in no number",
    ],
  ])("%s is refused", async (_what, from, to, words) => {
    await using village = await openVillage({ env: ENV.replace(from, to) });
    await ended(village, `!deploy ${WIKI}`);
    await refusedWith(village, `!secrets ${WIKI} rotate db_password`, words);
  });

  test("an app that does not run is refused", async () => {
    await using village = await openVillage();
    await refusedWith(village, `!secrets ${WIKI} rotate token`, "is not deployed");
  });
});

describe("remove", () => {
  test("takes the versions that nothing uses, once two agree", async () => {
    await using village = await openVillage();
    await ended(village, `!deploy ${WIKI}`);
    village.host.holdings.createSecret(`${STACK}_token_v0`, "x");
    const { plan, state } = await agreed(village, `!secrets ${WIKI} remove token`);
    expect(state).toBe("succeeded");
    expect(plan.tier).toBe("danger");
    expect([...village.host.secrets.keys()].toSorted()).toEqual([DB_1, TOKEN]);
  });

  test("a version in use is refused, and who uses it", async () => {
    await using village = await openVillage();
    await ended(village, `!deploy ${WIKI}`);
    const body = await refusedWith(village, `!secrets ${WIKI} remove db_password_v1`, "still used");
    expect(body).toContain(`${STACK}_app and ${STACK}_db`);
    await refusedWith(village, `!secrets ${WIKI} remove db_password`, "still used");
  });

  test("of an app that does not run it says that the env file names it still", async () => {
    await using village = await openVillage();
    village.host.holdings.createSecret(TOKEN, "x");
    await agreed(village, `!secrets ${WIKI} remove token_v1`);
    expect(told(village)).toContain(`The env file still names ${TOKEN}`);
    expect(village.host.secrets.size).toBe(0);
  });
});

describe("refused, with nothing changed:", () => {
  test.each([
    ["rotate tokn", "has no secret tokn. Did you mean token?"],
    ["remove token", "has no secret token"],
    ["insert nothing", "has no secret nothing"],
    ["rotate", "which secret?"],
    ["rotat token", "did you mean rotate?"],
    ["generate --trim", "--trim belongs to insert"],
  ])("%s", async (typed, words) => {
    await using village = await openVillage();
    await refusedWith(village, `!secrets ${WIKI} ${typed}`, words);
  });
});

test("nothing of it is done on one person's word", async () => {
  await using village = await openVillage();
  await ended(village, `!deploy ${WIKI}`);
  village.desk.chat.say(ANA, `!secrets ${WIKI} rotate token`);
  await village.desk.chat.waitFor("asks to replace a secret of wiki.example.coop");
  expect(await textOf(village)).toContain("SECRET_TOKEN_VERSION=v1");
  expect(village.host.secrets.has(TOKEN)).toBe(true);
});
