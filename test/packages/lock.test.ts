// Holds what `npm ci` installs to the registry: each package by its hash, and nothing that fetches or builds a native module.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";

const ROOT = join(import.meta.dirname, "../..");
/** Its script lets npm install the Node of this machine's kind, from the registry too. */
const MAY_RUN = ["node"];

const one = z.looseObject({
  resolved: z.string().optional(),
  integrity: z.string().optional(),
  link: z.boolean().default(false),
});
const lock = z.object({ packages: z.record(z.string(), one) });
const manifest = z.looseObject({
  allowScripts: z.record(z.string(), z.boolean()),
});

const { packages } = lock.parse(read("package-lock.json"));
const all = Object.entries(packages);

function read(file: string): unknown {
  return JSON.parse(readFileSync(join(ROOT, file), "utf8"));
}

test("each package is one of ours, or comes from the registry and has its hash", () => {
  const own = (path: string): boolean => path === "" || path.startsWith("packages/");
  const links = all.filter(([, { link }]) => link);
  expect(links.map(([, { resolved }]) => resolved)).toSatisfy((places: readonly string[]) =>
    places.every(own),
  );
  for (const [path, { resolved, integrity, link }] of all) {
    if (own(path) || link) continue;
    // Without an address it is the registry's.
    expect(resolved, path).toBeUndefined();
    expect(integrity, path).toMatch(/^sha512-/);
  }
});

test("what would fetch a native module is ours, and empty, wherever it is asked for", () => {
  for (const name of ["@matrix-org/matrix-sdk-crypto-nodejs", "request", "request-promise"]) {
    const found = all.filter(([path]) => path.endsWith(`node_modules/${name}`));
    expect(found, name).toHaveLength(1);
    expect(found[0]?.[1].link, name).toBe(true);
  }
  const fetchers =
    /node_modules\/(?:prebuild-install|node-pre-gyp|@mapbox\/node-pre-gyp|tough-cookie)$/;
  expect(all.map(([path]) => path).filter((path) => fetchers.test(path))).toEqual([]);
});

test("no script of a package runs but the one that brings Node", () => {
  const { allowScripts } = manifest.parse(read("package.json"));
  const allowed = Object.entries(allowScripts).filter(([, may]) => may);
  expect(allowed.map(([name]) => name)).toEqual(MAY_RUN);
});
