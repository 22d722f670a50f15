// Checks what a config means beyond the form of each value: names that must exist, roles that must end.
import { z } from "zod";
import { nearest } from "../core/nearest.ts";
import { isPermission, PERMISSIONS } from "../core/roles.ts";
import type { Mistake } from "./problems.ts";

// Takes whatever can be read, so that a mistake of form hides none of meaning.
const words = z.array(z.unknown()).catch([]);
const anything = z.record(z.string(), z.unknown()).catch({});
const strength = z.object({ strong: z.unknown() }).partial().catch({});
const openness = z.object({ encrypted: z.unknown() }).partial().catch({});
const drilling = z.object({ server: z.unknown() }).partial().catch({});
const parts = z.object({
  roles: z.record(z.string(), z.object({ may: words }).catch({ may: [] })).catch({}),
  members: z.record(z.string(), words).catch({}),
  servers: anything,
  backups: z
    .object({ repositories: anything.default({}), drill: drilling.default({}) })
    .catch({ repositories: {}, drill: {} }),
  approvals: z.record(z.string(), strength).catch({}),
  matrix: z.object({ rooms: z.record(z.string(), openness).catch({}) }).catch({ rooms: {} }),
});

type Parts = z.output<typeof parts>;
type Roles = ReadonlyMap<string, readonly unknown[]>;

export function meaningMistakes(value: unknown): readonly Mistake[] {
  const read = parts.safeParse(value).data;
  if (read === undefined) return [];
  const roles = new Map(Object.entries(read.roles).map(([name, { may }]) => [name, may]));
  return [
    ...[...roles.keys()].flatMap((name) => roleMistakes(name, roles)),
    ...memberMistakes(read, roles),
    ...repositoryMistakes(read),
    ...strengthMistakes(read),
  ];
}

/** What anybody between can forge is no strong yes. */
function strengthMistakes({ approvals, matrix }: Parts): readonly Mistake[] {
  const clear = Object.entries(matrix.rooms).find(([, { encrypted }]) => encrypted === "off");
  if (clear === undefined) return [];
  return Object.entries(approvals)
    .filter(([, { strong }]) => strong === true)
    .map(([tier]) => ({
      path: ["approvals", tier, "strong"],
      of: "value",
      problem: `asks for words in an encrypted room, and ${clear[0]} is a clear one; encrypt that room, or set strong: false`,
    }));
}

function roleMistakes(name: string, roles: Roles): readonly Mistake[] {
  const path = ["roles", name];
  const about = (problem: string): Mistake => ({ path, of: "key", problem });
  const own = [
    ...(isPermission(name)
      ? [about("is the name of a command or a right; give the role another")]
      : []),
    ...(containsItself(name, roles) ? [about("contains itself; break the circle")] : []),
  ];
  const known = [...PERMISSIONS, ...roles.keys()];
  const unknown = unknownIn(
    roles.get(name) ?? [],
    known,
    [...path, "may"],
    (word) => `"${word}" is neither a command nor a role`,
  );
  return [...own, ...unknown];
}

function containsItself(name: string, roles: Roles): boolean {
  const reached = new Set(roles.get(name));
  for (const word of reached) {
    if (typeof word === "string") roles.get(word)?.forEach((next) => reached.add(next));
  }
  return reached.has(name);
}

function memberMistakes({ members }: Parts, roles: Roles): readonly Mistake[] {
  return Object.entries(members).flatMap(([user, held]) =>
    unknownIn(held, [...roles.keys()], ["members", user], (word) =>
      isPermission(word)
        ? `"${word}" is a command, and members hold roles; make a role that may ${word}`
        : `there is no role "${word}"`,
    ),
  );
}

function repositoryMistakes({ servers, backups }: Parts): readonly Mistake[] {
  const known = Object.keys(servers);
  const problem = (name: string): string => hinted("is no server of this config", name, known);
  const { server } = backups.drill;
  return [
    ...Object.keys(backups.repositories)
      .filter((name) => !known.includes(name))
      .map((name): Mistake => {
        return { path: ["backups", "repositories", name], of: "key", problem: problem(name) };
      }),
    ...(typeof server !== "string" || known.includes(server)
      ? []
      : [{ path: ["backups", "drill", "server"], of: "value", problem: problem(server) } as const]),
  ];
}

function unknownIn(
  list: readonly unknown[],
  known: readonly string[],
  path: Mistake["path"],
  say: (word: string) => string,
): readonly Mistake[] {
  return list.flatMap((word, index): readonly Mistake[] =>
    typeof word !== "string" || known.includes(word)
      ? []
      : [{ path: [...path, index], of: "value", problem: hinted(say(word), word, known) }],
  );
}

function hinted(problem: string, word: string, known: readonly string[]): string {
  const meant = nearest(word, known);
  return meant === undefined ? problem : `${problem}; did you mean ${meant}?`;
}
