// !grant: ask for a role for somebody, within a scope and until a time if so wished.
import type { Command, Invocation, Sight } from "../src/core/command.ts";
import { Refusal } from "../src/core/errors.ts";
import { grantProblem, type GrantProposal } from "../src/core/giving.ts";
import { scopeIn, type ScopeGlobs } from "../src/core/roles.ts";
import { askedUser } from "./asked-user.ts";
import { askedTime } from "./asked-time.ts";

export const grant: Command = {
  name: "grant",
  summary: "give somebody a role",
  usage: ["!grant @USER ROLE [--servers NAMES] [--apps NAMES] [--rooms NAMES] [--until TIME]"],
  details: [
    "Asks the room to give a role to a person, by their full Matrix ID: every letter counts. It is a danger, so as many must agree as the config says of those.",
    "--servers, --apps and --rooms narrow it: names with commas between them, in which * stands for anything.",
    "--until ends it: 3d, 2w, 2026-12-01 or 2026-12-01T18:00, in UTC.",
  ],
  flags: { servers: "value", apps: "value", rooms: "value", until: "value" },
  words: { min: 2, max: 2 },
  takesSettings: false,
  run(invocation, sight) {
    const proposal = asked(invocation, sight);
    const { asker: user, room, now } = sight;
    const problem = grantProblem(sight.table(), { user, room }, proposal, now);
    if (problem !== undefined) throw new Refusal(problem);
    return Promise.resolve({ kind: "propose", proposal });
  },
};

function asked({ words, flags }: Invocation, sight: Sight): GrantProposal {
  const [typed = "", role = ""] = words;
  const user = askedUser(typed, sight);
  const on = scope(flags, sight);
  const until = flags["until"];
  return {
    kind: "grant",
    user,
    role,
    ...(Object.keys(on).length === 0 ? {} : { on }),
    ...(until === undefined ? {} : { until: askedTime(grant, until, sight.now) }),
  };
}

function scope(flags: Invocation["flags"], sight: Sight): ScopeGlobs {
  const servers = globs("servers", flags);
  const apps = globs("apps", flags);
  const rooms = globs("rooms", flags);
  servers?.filter((name) => !name.includes("*")).forEach((name) => sight.server(name));
  if (rooms !== undefined && scopeIn(sight.table(), { rooms }).rooms?.length === 0)
    throw wrong(`moot listens in no room called ${rooms.join(" or ")}.`);
  return { ...(servers && { servers }), ...(apps && { apps }), ...(rooms && { rooms }) };
}

/** As in the config: names in which only * is special. */
function globs(flag: string, flags: Invocation["flags"]): readonly string[] | undefined {
  const names = flags[flag]?.split(",").map((name) => name.trim());
  const odd = names?.find((name) => !/^[^\s?{}[\]]+$/.test(name));
  if (odd === undefined) return names;
  throw wrong(
    `--${flag} takes names with commas between them, such as *.example.coop, not "${odd}".`,
  );
}

function wrong(problem: string): Refusal {
  return new Refusal({ kind: "bad-argument", command: "grant", problem, usage: grant.usage });
}
