// The recipes of the testbed as git repositories with annotated tags, and the catalogue that lists them.
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  catalogueSchema,
  describeRecipe,
  describeVersion,
  type CatalogueEntry,
} from "./catalogue.ts";
import { RecipeRepository, type RecipeFiles } from "./recipe-repository.ts";

const source = join(import.meta.dirname, "recipes");

export class RecipeShelf {
  /** Holds one bare repository a recipe, `<recipe>.git`. */
  readonly folder: string;
  /** The path of `recipes.json`. */
  readonly index: string;
  readonly #root: string;
  readonly #registry: string;

  private constructor(root: string, registry: string) {
    this.folder = join(root, "repositories");
    this.index = join(root, "recipes.json");
    this.#root = root;
    this.#registry = registry;
  }

  /** Makes the repositories in `root`, or takes those that were made there from the same recipes. */
  static async open(root: string, registry: string): Promise<RecipeShelf> {
    const shelf = new RecipeShelf(root, registry);
    const stamp = join(root, "stamp");
    const wanted = await fingerprint(registry);
    if ((await readFile(stamp, "utf8").catch(() => "")) === wanted) return shelf;
    await rm(root, { recursive: true, force: true });
    await mkdir(shelf.folder, { recursive: true });
    const names = (await readdir(source)).sort();
    await shelf.#writeIndex(await Promise.all(names.map((name) => shelf.#make(name))));
    await writeFile(stamp, wanted);
    return shelf;
  }

  /** Publishes a version: these files over the last ones, tagged, and listed. Returns the commit. */
  async tag(recipe: string, version: string, files: RecipeFiles = {}): Promise<string> {
    const repository = this.#repository(recipe);
    await repository.write(files);
    const commit = await repository.release(version);
    const listed = describeVersion(version, await repository.text("compose.yml"));
    const entries = Object.values(
      catalogueSchema.parse(JSON.parse(await readFile(this.index, "utf8"))),
    );
    await this.#writeIndex(
      entries.map((entry) =>
        entry.name === recipe ? { ...entry, versions: [...entry.versions, listed] } : entry,
      ),
    );
    return commit;
  }

  /** Commits these files over the last ones without a tag, as between two releases. Returns the commit. */
  async commit(recipe: string, files: RecipeFiles): Promise<string> {
    const repository = this.#repository(recipe);
    await repository.write(files);
    return repository.commit(await repository.newest());
  }

  async #make(name: string): Promise<CatalogueEntry> {
    const repository = this.#repository(name);
    await repository.create();
    const versions = [];
    // The first version is whole; each later one holds only the files that it changes.
    for (const version of (await readdir(join(source, name))).sort()) {
      await repository.overlay(join(source, name, version));
      await repository.release(version);
      versions.push(describeVersion(version, await repository.text("compose.yml")));
    }
    // As repositories have that are older than the rule to annotate.
    if (name === "legacy") await repository.lightweightTag("v0.1.0");
    const entry = describeRecipe(name, repository.path, await repository.text("README.md"));
    return { ...entry, versions };
  }

  #repository(recipe: string): RecipeRepository {
    const path = join(this.folder, `${recipe}.git`);
    return new RecipeRepository(path, join(this.#root, "work", recipe), this.#registry);
  }

  async #writeIndex(entries: readonly CatalogueEntry[]): Promise<void> {
    const byName = Object.fromEntries(entries.map((entry) => [entry.name, entry]));
    await writeFile(this.index, `${JSON.stringify(byName, undefined, 2)}\n`);
  }
}

/** Changes when the repositories would: with the recipes, the code that makes them, or the registry. */
async function fingerprint(registry: string): Promise<string> {
  const hash = createHash("sha256").update(registry);
  const found = await readdir(source, { recursive: true, withFileTypes: true });
  const files = found
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const code = ["recipes.ts", "recipe-repository.ts", "catalogue.ts"];
  const all = [...files.sort(), ...code.map((file) => join(import.meta.dirname, file))];
  for (const file of all) hash.update(file).update(await readFile(file));
  return hash.digest("hex");
}
