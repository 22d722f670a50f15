// Takes down what stands on the servers and in abra's folder, so that a test can say that nothing was changed.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Testbed } from "../testbed/index.ts";
import type { House } from "./house.ts";

const KINDS = ["service", "secret", "config", "network", "volume"] as const;

/** Ids of all that the engines keep, and the text of every env file. */
export async function whatStands(testbed: Testbed, house: House): Promise<readonly string[]> {
  const servers = testbed.hosts.flatMap((host) =>
    KINDS.map(async (kind) => `${host.name} ${kind} ${await host.docker(kind, "ls", "--quiet")}`),
  );
  const files = await readdir(house.abra, { recursive: true, withFileTypes: true });
  const texts = files
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath, file.name))
    .toSorted()
    .map(async (path) => `${path}\n${await readFile(path, "utf8")}`);
  return Promise.all([...servers, ...texts]);
}

/** What no message in a room may hold. */
export const TRACE = /\n\s+at |\[object|undefined|NaN|Error:|node:internal|\.ts:\d/;
