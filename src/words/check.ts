// An app held against its recipe, in words.
import { list, text, type Block, type Doc, type Line } from "../core/doc.ts";
import type { EnvFindings } from "../core/envcheck.ts";
import type { AppName } from "../core/ids.ts";
import type { AppFile } from "../core/ports.ts";
import type { CheckSight, CheckTrouble, SecretSight } from "../core/recipe-sight.ts";
import { unsatisfiedLines } from "./lint.ts";
import { obstacleLines } from "./obstacles.ts";

export function checkDoc({ app, path }: AppFile, sight: CheckSight): Doc {
  const { recipe, version, env, secrets, troubles, lint } = sight;
  const wrong = unsatisfiedLines(lint);
  return [
    text([{ strong: app }, `, against the recipe ${recipe} at ${version}.`]),
    ...envBlocks(path, env),
    ...secretBlocks(secrets, troubles, app),
    ...(wrong.length === 0
      ? [text("The recipe itself keeps all the rules that moot can check.")]
      : [text("Rules that the recipe itself does not keep, for its maintainers:"), list(wrong)]),
    text(["Nothing was changed. ", { code: `!plan ${app}` }, " shows what a deploy would do."]),
  ];
}

function envBlocks(path: string, env: EnvFindings | undefined): readonly Block[] {
  if (env === undefined)
    return [text("The recipe has no sample that can be read, so the settings cannot be checked.")];
  const lines = envLines(env);
  if (lines.length === 0)
    return [text(["Settings: ", { code: path }, " has all of the sample's keys."])];
  return [text(["Settings in ", { code: path }, ":"]), list(lines)];
}

function envLines({ missing, unknown, empty }: EnvFindings): readonly Line[] {
  return [
    ...missing.map((key): Line => [{ code: key }, " is missing; the sample sets it."]),
    ...empty.map((key): Line => [{ code: key }, " is empty; the sample gives it a value."]),
    ...unknown.map(({ key, nearest }): Line => [
      { code: key },
      " is in no sample of this recipe",
      ...(nearest === undefined ? ["."] : [". Did you mean ", { code: nearest }, "?"]),
    ]),
  ];
}

function secretBlocks(
  secrets: readonly SecretSight[],
  troubles: readonly CheckTrouble[],
  app: AppName,
): readonly Block[] {
  const told = troubles.map((trouble) => troubleLine(trouble, app));
  const rows = secrets.map(secretLine);
  if (rows.length + told.length === 0) return [text("Secrets: it needs none.")];
  return [text("Secrets:"), list([...rows, ...told])];
}

function secretLine({ name, key, isThere, generate, isTooLong }: SecretSight): Line {
  const from = key === undefined ? "" : `, version from ${key}`;
  if (isTooLong)
    return [
      { code: name },
      ` has ${name.length} characters, and swarm takes 64: choose a shorter domain or STACK_NAME${from}.`,
    ];
  if (isThere === undefined) return [{ code: name }, ` is needed${from}.`];
  if (isThere) return [{ code: name }, ` is on the server${from}.`];
  return generate
    ? [{ code: name }, ` is missing; a deploy makes it${from}.`]
    : [{ code: name }, ` is missing, and only people can give it${from}.`];
}

function troubleLine(trouble: CheckTrouble, app: AppName): Line {
  switch (trouble.kind) {
    case "obstacle":
      return obstacleLines([trouble.obstacle], app)[0] ?? "";
    case "render":
      return `They cannot be told, since the compose files make no stack: ${trouble.problem}`;
    case "server":
      return `Where they stand cannot be told, since the server was not reached: ${trouble.problem}`;
  }
}
