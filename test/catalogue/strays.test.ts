// What a recipe's compose files may name, and what they may not.
import { mkdtemp, mkdir, symlink, writeFile, realpath, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findStrays } from "../../src/catalogue/strays.ts";
import { Refusal } from "../../src/core/errors.ts";
import type { Checkout } from "../../src/core/ports.ts";

async function checkoutOf(files: Readonly<Record<string, string>>): Promise<Checkout> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "moot-strays-")));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(folder, path, ".."), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  await symlink("/etc/passwd", join(folder, "link.txt"));
  const holds = async (path: string): Promise<boolean> => {
    const real = await realpath(join(folder, path)).catch(() => "");
    return real.startsWith(`${folder}/`);
  };
  return {
    folder,
    commit: "0".repeat(40),
    version: "1.0.0+1",
    isChaos: false,
    composeFiles: Object.keys(files),
    holds,
    read: async (path) => ((await holds(path)) ? readFile(join(folder, path), "utf8") : undefined),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

test.each([
  ["a config inside", "configs:\n  a:\n    file: a.conf\n", []],
  ["a config by absolute path", "configs:\n  a:\n    file: /etc/shadow\n", ["file /etc/shadow"]],
  ["a secret above the checkout", "secrets:\n  a:\n    file: ../a\n", ["file ../a"]],
  ["a link that leads out", "configs:\n  a:\n    file: link.txt\n", ["file link.txt"]],
  [
    "an env_file by absolute path",
    "services:\n  app:\n    env_file: /root/.env\n",
    ["env_file /root/.env"],
  ],
  ["an env_file in a list", "services:\n  app:\n    env_file: [a.conf, ../b]\n", ["env_file ../b"]],
  [
    "an env_file in long form",
    "services:\n  app:\n    env_file:\n      - path: /b\n",
    ["env_file /b"],
  ],
  ["a path with a variable", "configs:\n  a:\n    file: ${X}\n", ["file ${X}"]],
  [
    "a path that comes by an anchor",
    "x-a: &a\n  env_file: /b\nservices:\n  app:\n    <<: *a\n",
    ["env_file /b"],
  ],
])("%s", async (_name, compose, expected) => {
  const checkout = await checkoutOf({ "compose.yml": compose, "a.conf": "" });
  const strays = await findStrays("hello", checkout, ["compose.yml"]);
  expect(strays.map(({ what, path }) => `${what} ${path}`)).toEqual(expected);
});

test("a compose file outside the checkout is told before any is read", async () => {
  const checkout = await checkoutOf({ "compose.yml": "" });
  const strays = await findStrays("hello", checkout, ["compose.yml", "../../etc/passwd"]);
  expect(strays).toEqual([
    { kind: "outside-checkout", what: "COMPOSE_FILE", path: "../../etc/passwd" },
  ]);
});

test("paths count from the first compose file's folder", async () => {
  const checkout = await checkoutOf({
    "db/compose.yml": "configs:\n  a:\n    file: a.conf\n",
    "db/a.conf": "",
  });
  expect(await findStrays("hello", checkout, ["db/compose.yml"])).toEqual([]);
});

test.each([
  ["that does not parse", "services: [", "does not parse"],
  ["with a key twice", "configs:\n  a:\n    file: a\n  a:\n    file: /b\n", "does not parse"],
  ["of another shape", "services: 3", "services"],
])("a compose file %s is refused by name", async (_name, compose, words) => {
  const checkout = await checkoutOf({ "compose.yml": compose });
  const refusal = await findStrays("hello", checkout, ["compose.yml"]).catch(
    (error: unknown) => error,
  );
  expect(refusal).toBeInstanceOf(Refusal);
  expect(refusal).toMatchObject({ reason: { kind: "bad-recipe", recipe: "hello" } });
  expect(JSON.stringify(refusal)).toContain(words);
});
