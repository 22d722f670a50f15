// Recipes for stories of kills: as on the testbed's shelf, and three versions of hello: wide, narrow, and wide again but that it crashes.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Testbed } from "../testbed/index.ts";
import { RecipeShelf } from "../testbed/recipes.ts";

export const WIDER = "1.2.0+1.1.0";
export const NARROWER = "1.3.0+1.1.0";
export const CRASHING = "1.4.0+1.1.0";
const HELLO = join(import.meta.dirname, "../testbed/recipes/hello/1.0.0+1.0.0/compose.yml");
const EXTRA = `
  extra:
    image: __REGISTRY__/moot/app:__UPSTREAM__
    command: ["sleep", "100000"]
    stop_grace_period: 1s
`;
const ABRA = `
export INDEX_VERSION=v1

mark() {
  echo marked >> /data/marks
}
`;

/** A shelf of its own in the folder, since others use the testbed's. */
export async function openShelf(testbed: Testbed, folder: string): Promise<RecipeShelf> {
  const shelf = await RecipeShelf.open(folder, testbed.registry.address);
  const compose = await readFile(HELLO, "utf8");
  const wider = compose.replace("\nconfigs:\n", `${EXTRA}\nconfigs:\n`);
  await shelf.tag("hello", WIDER, { "compose.yml": wider });
  await shelf.tag("hello", NARROWER, { "compose.yml": compose, "abra.sh": ABRA });
  const crashing = wider.replace("exec httpd", "echo no page is left >&2 && exit 7 # httpd");
  await shelf.tag("hello", CRASHING, { "compose.yml": crashing });
  return shelf;
}
