// Every refusal in words: what is wrong, with what, and what to type or do next.
import { code, list, text, type Block, type Doc, type Line } from "../core/doc.ts";
import type { RefusalReason } from "../core/errors.ts";
import { isAppName } from "../core/ids.ts";
import { auditBrokenDoc } from "./audit-trouble.ts";
import { BACKUP_REFUSALS } from "./backup-refusals.ts";
import { DRILL_REFUSALS } from "./drill-refusals.ts";
import { ENV_REFUSALS } from "./env-refusals.ts";
import { obstacleLines } from "./obstacles.ts";
import { HTTP_REFUSALS } from "./http-refusals.ts";
import { listed } from "./phrases.ts";
import { PEOPLE_WORDS, type Words } from "./people-refusals.ts";
import { LIFE_REFUSALS } from "./life-refusals.ts";
import { VERSION_REFUSALS } from "./version-refusals.ts";
import { RECIPE_REFUSALS } from "./recipe-refusals.ts";
import { RESTORE_REFUSALS } from "./restore-refusals.ts";
import { ROLE_REFUSALS } from "./role-refusals.ts";
import { SECRET_REFUSALS } from "./secret-refusals.ts";
import { SERVER_WORDS } from "./server-refusals.ts";
import { SWARM_REFUSALS } from "./swarm-refusals.ts";
import { SYNC_WORDS } from "./sync-refusals.ts";
import { VAULT_WORDS } from "./vault-refusals.ts";

type Kinds = RefusalReason["kind"];
type Reason<Kind extends Kinds> = Extract<RefusalReason, { readonly kind: Kind }>;

const WORDS: Words<Kinds> = {
  "unknown-command": (r) => [
    text(["There is no command ", { code: r.typed }, ".", ...meant(r.nearest, "!")]),
    next(["Type ", { code: "!help" }, " to see what you can do."]),
  ],
  "bad-argument": (r) => [
    text([{ code: `!${r.command}` }, `: ${r.problem}`]),
    text("It is typed like this:"),
    code(r.usage.join("\n")),
  ],
  "bad-domain": (r) => [
    text([{ code: shortened(r.typed) }, ` cannot be a domain: ${r.problem}`]),
    next(["A domain looks like ", { code: "cloud.example.coop" }, "."]),
  ],
  "not-permitted": (r) => [
    text(["You may not ", { code: `!${r.permission}` }, r.on === undefined ? "." : ` on ${r.on}.`]),
    next(
      r.whoMay.length === 0
        ? "Nobody may at present: the role table in moot's config decides."
        : [
            "Those who may: ",
            ...members(r.whoMay),
            ". Type ",
            { code: "!whoami" },
            " to see your roles.",
          ],
    ),
  ],
  ...PEOPLE_WORDS,
  "unknown-app": (r) => [
    text(["There is no app ", { code: r.app }, ".", ...meant(r.nearest, "")]),
    next(["Type ", { code: "!apps" }, " for the list", ...toMake(r.app)]),
  ],
  "unknown-server": (r) => [
    text(["There is no server ", { code: r.server }, "."]),
    next(
      r.known.length === 0
        ? "No server is open to you."
        : `Servers open to you: ${listed(r.known)}.`,
    ),
  ],
  "unknown-job": (r) => [
    text(["There is no job ", { code: r.job }, "."]),
    next(["Type ", { code: "!jobs" }, " for the list."]),
  ],
  "unknown-service": (r) => [
    text(["The app ", { code: r.app }, " has no service ", { code: r.service }, "."]),
    next(r.known.length === 0 ? "It runs no service now." : `Its services: ${listed(r.known)}.`),
  ],
  "which-server": (r) => [
    text("On which server? There is more than one that you may use."),
    next(["Add one of these: ", ...codes(r.servers.map((server) => `--server ${server}`))]),
  ],
  "other-recipe": (r) => [
    text([
      "The app ",
      { code: r.app },
      ` exists and is made from the recipe ${r.has}, not ${r.asked}. Nothing was changed.`,
    ]),
    next([
      "Type ",
      { code: `!deploy ${r.app}` },
      " to deploy it as it is, or choose another domain.",
    ]),
  ],
  "app-busy": (r) => [
    text([
      "The app ",
      { code: r.app },
      ` is busy with job ${r.job}, started by `,
      { member: r.by },
      ".",
    ]),
    next(["Wait for its ending, or stop it with ", { code: `!cancel ${r.job}` }, "."]),
  ],
  "job-not-running": (r) => [
    text(`Job ${r.job} has ended already: ${r.state}.`),
    next(["Type ", { code: `!jobs ${r.job}` }, " to read how."]),
  ],
  ...LIFE_REFUSALS,
  ...BACKUP_REFUSALS,
  ...RESTORE_REFUSALS,
  ...DRILL_REFUSALS,
  ...VERSION_REFUSALS,
  "bad-env": (r) => [
    text(["The env file ", { code: r.file }, `, line ${r.line}: ${r.problem}`]),
    next("Mend that line in the file, then type the command again."),
  ],
  ...ENV_REFUSALS,
  ...SECRET_REFUSALS,
  "plan-impossible": (r) => [
    text(["This cannot be done to ", { code: r.app }, " as it stands. Nothing was changed."]),
    list(obstacleLines(r.obstacles, r.app)),
  ],
  "plan-stale": (r) => [
    text(["Something moved since the plan for ", { code: r.app }, " was made, so it was not run."]),
    list(r.changed),
    next(["Type ", { code: `!plan ${r.app}` }, " to see the plan as it is now."]),
  ],
  ...SWARM_REFUSALS,
  "step-failed": (r) => [
    text(`The step "${r.step}" failed: ${r.problem}`),
    next([
      "Next: mend what it names, then type the command again; ",
      { code: "!servers" },
      " shows how the servers are.",
    ]),
  ],
  "disk-full": (r) => [
    text([
      "moot's own disk is full: ",
      { code: r.where },
      " could not be written. Nothing was lost.",
    ]),
    next("Free some space on the machine moot runs on, then type the command again."),
  ],
  "database-unusable": (r) => [
    text(["moot's database ", { code: r.path }, ` cannot be used: ${r.problem}.`]),
  ],
  "bad-config": (r) => [
    text(["The config ", { code: r.file }, " has mistakes:"]),
    list(r.problems),
    next("Next: mend them there, then do the same again; the verb check tries the whole config."),
  ],
  ...RECIPE_REFUSALS,
  ...ROLE_REFUSALS,
  ...SERVER_WORDS,
  homeserver: (r) => [
    text(`The homeserver: ${r.problem}`),
    next("Next: mend that, at the homeserver or under matrix in moot's config, then start moot."),
  ],
  ...SYNC_WORDS,
  ...VAULT_WORDS,
  ...HTTP_REFUSALS,
  "audit-broken": (r) => auditBrokenDoc(r.entry, r.why),
};

/** The refusal as one message. */
export function refusalDoc(reason: RefusalReason): Doc {
  return wordsFor(reason.kind, reason);
}

function wordsFor<Kind extends RefusalReason["kind"]>(kind: Kind, reason: Reason<Kind>): Doc {
  return WORDS[kind](reason);
}

function next(line: Line): Block {
  return text(line);
}

/** What is no domain can never be an app. */
function toMake(app: string): Exclude<Line, string> {
  return isAppName(app) ? [", or ", { code: `!deploy RECIPE ${app}` }, " to make it."] : ["."];
}

function meant(nearest: string | undefined, prefix: string): Exclude<Line, string> {
  return nearest === undefined ? [] : [" Did you mean ", { code: `${prefix}${nearest}` }, "?"];
}

function members(users: readonly string[]): Exclude<Line, string> {
  return users.flatMap((user, index) =>
    index === 0 ? [{ member: user }] : [", ", { member: user }],
  );
}

function codes(words: readonly string[]): Exclude<Line, string> {
  return words.flatMap((word, index) => (index === 0 ? [{ code: word }] : [", ", { code: word }]));
}

function shortened(typed: string): string {
  return typed.length > 60 ? `${typed.slice(0, 60)}…` : typed;
}
