// What a swarm runs after a write is what the stack file meant, field by field: so the plan of an unchanged app is empty.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compareStacks } from "../../src/core/compare.ts";
import { isStackName, type StackName } from "../../src/core/ids.ts";
import { judge, type Judgement } from "../../src/core/verdict.ts";
import { NOTHING_SEEN, witness } from "../../src/core/witness.ts";
import { named } from "../named.ts";
import { atRest, choices } from "./fixtures.ts";
import { openStage, type Stage } from "./host-stage.ts";

const RECIPES = join(import.meta.dirname, "../testbed/recipes");
const EVERYTHING = join(import.meta.dirname, "../swarm/everything.yml");
const { signal } = new AbortController();
const ENV = {
  DOMAIN: "app.example.coop",
  EXTRA_DOMAINS: ", `www.example.coop`",
  LETS_ENCRYPT_ENV: "production",
  GREETING: 'it\'s $5 & "more" \\ 0o17',
  WIKI_TITLE: "${not} $a $$variable",
  SMTP_HOST: "mail.example.coop",
  INDEX_VERSION: "v1",
  PAGE_VERSION: "v1",
  DB_VERSION: "v1",
  READY_AFTER: "4",
  SECRET_SESSION_KEY_VERSION: "v1",
  SECRET_DB_PASSWORD_VERSION: "v1",
  SECRET_SMTP_PASSWORD_VERSION: "v1",
  SECRET_TOKEN: "v1",
};

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

/** A recipe of the testbed at its first version, with these overlays. */
async function recipe(name: string, overlays: readonly string[]): Promise<Record<string, string>> {
  const [version = ""] = (await readdir(join(RECIPES, name))).toSorted();
  const files: Record<string, string> = {};
  for (const file of await readdir(join(RECIPES, name, version))) {
    const isLeftOut = file.startsWith("compose.") && !["compose.yml", ...overlays].includes(file);
    if (file.startsWith(".") || file === "release" || isLeftOut) continue;
    const text = await readFile(join(RECIPES, name, version, file), "utf8");
    files[file] = text
      .replaceAll("__REGISTRY__", stage.testbed.registry.address)
      .replaceAll("__UPSTREAM__", "1.0.0")
      .replaceAll("__VERSION__", version);
  }
  // The chain begins with the recipe's own file.
  return { "compose.yml": files["compose.yml"] ?? "", ...files };
}

async function write(
  stack: StackName,
  files: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = ENV,
): ReturnType<Stage["seal"]> {
  const sealed = await stage.seal(stack, files, env);
  for (const secret of sealed.rendered.externalSecrets) {
    await stage.host.createSecret(secret, "secret", signal);
  }
  await stage.host.deploy(stack, sealed.compose, signal);
  return sealed;
}

async function expectNothingToChange(
  stack: StackName,
  { state }: Awaited<ReturnType<Stage["seal"]>>,
): Promise<void> {
  const { live } = await stage.host.inspect(stack, signal);
  expect(live?.services).toEqual(state.services);
  expect(live?.configs).toEqual(expect.arrayContaining([...state.configs]));
  expect(compareStacks(state, live).map(({ fate }) => fate)).toEqual(
    state.services.map(() => "unchanged"),
  );
}

async function endings(stack: StackName): Promise<Readonly<Record<string, Judgement>>> {
  const deadline = Date.now() + 120_000;
  let history = NOTHING_SEEN;
  for await (const sight of stage.host.watch(stack, AbortSignal.timeout(150_000))) {
    history = witness(history, sight);
    const services = sight.services.map(({ name }) => name);
    const judgements = judge(history, { services, before: {}, deadline }, Date.now());
    const isOver = judgements.length > 0 && judgements.every(({ kind }) => kind === "ended");
    if (isOver) return Object.fromEntries(judgements.map((one) => [one.service, one]));
  }
  throw new Error("the watch ended by itself");
}

describe("what runs is what was meant", () => {
  test.each([
    ["hello", []],
    ["wiki", []],
    ["wiki", ["compose.smtp.yml"]],
    ["crash", []],
    ["slow", []],
    ["oneshot", []],
    ["legacy", []],
  ])("for %s with %j", async (name, overlays) => {
    const stack = named(isStackName, `${name}_example_coop`);
    const files = await recipe(name, overlays);
    await expectNothingToChange(stack, await write(stack, files));
    // A second write says the same to swarm, which leaves every task as it is.
    await expectNothingToChange(stack, await write(stack, files));
  });

  test("for a stack that says nearly all that a stack file can say", async () => {
    const stack = named(isStackName, "everything");
    const image = `${stage.testbed.registry.address}/moot/app:1.0.0`;
    const files = {
      "compose.yml": await readFile(EVERYTHING, "utf8"),
      "app.conf": "hello {{ .Service.Name }}\n",
      "x.env": "FILE=1$x\n",
    };
    const env = { IMG: image, ZED: ENV.GREETING };
    await expectNothingToChange(stack, await write(stack, files, env));
    await stage.testbed.host("alpha").docker("stack", "rm", stack);
  });
});

describe("what is planned is what is written, field by field", () => {
  const all = choices();

  test("for more than one choice of overlays", () => {
    expect(all.filter(({ name }) => name.startsWith("wiki 2.0.1"))).toHaveLength(2);
    expect(all.filter(({ name }) => name.startsWith("overlays"))).toHaveLength(16);
  });

  test.each(all.map(({ name, files }, index) => [name, files, index] as const))(
    "%s",
    async (_, files, index) => {
      const { address } = stage.testbed.registry;
      const filled = Object.entries(files).map(
        ([path, text]) => [path, text.replaceAll("__REGISTRY__", address)] as const,
      );
      const stack = named(isStackName, `law_${index}`);
      const env = { ...ENV, IMG: `${address}/moot/app:1.0.0` };
      await expectNothingToChange(
        stack,
        await write(stack, atRest(Object.fromEntries(filled)), env),
      );
    },
  );
});

describe("the recipes of the testbed", () => {
  test("come to the ends they were written for", async () => {
    const all = ["hello", "wiki", "crash", "slow", "oneshot", "legacy"].map((name) =>
      named(isStackName, `${name}_example_coop`),
    );
    const [hello, wiki, crash, slow, oneshot, legacy] = await Promise.all(all.map(endings));
    expect(hello).toMatchObject({ app: { ending: "converged" } });
    expect(wiki).toMatchObject({ app: { ending: "converged" }, db: { ending: "converged" } });
    expect(crash).toMatchObject({ app: { ending: "crash-looping", reason: "exit code 3" } });
    expect(slow).toMatchObject({ app: { ending: "converged" } });
    expect(oneshot).toMatchObject({
      app: { ending: "converged" },
      init: { ending: "one-shot-done" },
    });
    expect(legacy).toMatchObject({ app: { ending: "converged" } });
  });
});
