// Every recipe the tests have, at every version, with every choice of its overlay files.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readOutline } from "../../src/swarm/outline.ts";

const RECIPES = join(import.meta.dirname, "../testbed/recipes");
const OVERLAYS = join(import.meta.dirname, "overlays");

type Files = Readonly<Record<string, string>>;

export interface Choice {
  /** As a test is called by it. */
  readonly name: string;
  /** The chain of compose files first, the base before its overlays; then what they name. */
  readonly files: Files;
}

export function choices(): readonly Choice[] {
  const listed = readdirSync(RECIPES).toSorted().flatMap(versionsOf);
  return [...listed, ["overlays", readFolder(OVERLAYS)] as const].flatMap(([name, files]) =>
    chosen(Object.keys(files).filter(isOverlay).toSorted()).map((overlays) => ({
      name: [name, ...overlays].join(" "),
      files: chained(files, overlays),
    })),
  );
}

/** The same choice asking for no task: swarm keeps all it is told, and there is nothing to wait for. */
export function atRest(files: Files): Files {
  const chain = Object.keys(files).filter((path) => path.startsWith("compose"));
  const services = new Set(chain.flatMap((path) => servicesIn(files[path] ?? "")));
  const lines = [...services].map((name) => `  ${name}:\n    deploy: { replicas: 0 }\n`);
  // Docker puts only files of one version together.
  const version = /^version:.*\n/m.exec(files["compose.yml"] ?? "")?.[0] ?? "";
  return { ...files, "compose.rest.yml": `${version}services:\n${lines.join("")}` };
}

function servicesIn(text: string): readonly string[] {
  const look = readOutline(text);
  return look.kind === "outline" ? look.outline.services.map(({ name }) => name) : [];
}

/** The first version is whole; each later one has only the files that it changes. */
function versionsOf(recipe: string): readonly (readonly [name: string, files: Files])[] {
  let files: Files = {};
  return readdirSync(join(RECIPES, recipe))
    .toSorted()
    .map((version) => {
      files = { ...files, ...readFolder(join(RECIPES, recipe, version)) };
      const upstream = version.slice(version.indexOf("+") + 1);
      const filled = Object.entries(files).map(
        ([path, text]) =>
          [
            path,
            text.replaceAll("__VERSION__", version).replaceAll("__UPSTREAM__", upstream),
          ] as const,
      );
      return [`${recipe} ${version}`, Object.fromEntries(filled)] as const;
    });
}

function readFolder(folder: string): Files {
  const entries = readdirSync(folder, { withFileTypes: true });
  const names = entries.flatMap((entry) => (entry.isFile() ? [entry.name] : []));
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}

function isOverlay(path: string): boolean {
  return /^compose\..+\.yml$/.test(path);
}

/** Every subset, each in the order given. */
function chosen(overlays: readonly string[]): readonly (readonly string[])[] {
  const [first, ...others] = overlays;
  if (first === undefined) return [[]];
  const without = chosen(others);
  return [...without, ...without.map((rest) => [first, ...rest])];
}

function chained(files: Files, overlays: readonly string[]): Files {
  const chain = ["compose.yml", ...overlays].map((path) => [path, files[path] ?? ""] as const);
  const others = Object.entries(files).filter(([path]) => !path.startsWith("compose"));
  return Object.fromEntries([...chain, ...others]);
}
