// What goes wrong with backups by themselves, in words: an app without one that counts, a repository, and who is told that all went well.
import type { Line } from "../core/doc.ts";
import { SELF } from "../core/self.ts";
import type { Trouble } from "../core/trouble.ts";
import { sentence, short, span } from "./phrases.ts";

type Spans = Exclude<Line, string>;
type Kind = "backup" | "repository" | "ping";
type OfBackups = Extract<Trouble, { readonly kind: Kind }>;
type Of<One extends Kind> = Extract<Trouble, { readonly kind: One }>;

export function isOfBackups(trouble: Trouble): trouble is OfBackups {
  return ["backup", "repository", "ping"].includes(trouble.kind);
}

export function backupTroubleWords(trouble: OfBackups, now: number): Spans {
  switch (trouble.kind) {
    case "backup":
      return [...whose(trouble), ...problemOf(trouble), ` ${lastGood(trouble, now)}`];
    case "repository":
      return [
        ...repository(trouble),
        trouble.what === "data" ? " is damaged: " : " cannot be used: ",
        sentence(short(trouble.problem)),
      ];
    case "ping":
      return [
        `All backups went well, but the address that should hear it (backups.ping) cannot be told: ${sentence(short(trouble.problem))}`,
      ];
  }
}

function whose({ app, server }: Of<"backup">): Spans {
  return app === undefined ? ["The backup of moot itself"] : [{ strong: app }, ` on ${server}`];
}

function problemOf({ app, problem, job }: Of<"backup">): Spans {
  const by = job === undefined ? "" : ` (job ${job})`;
  const head = app === undefined ? " failed" : ` was not backed up${by}`;
  return [problem === undefined ? `${head} in time.` : `${head}: ${sentence(short(problem))}`];
}

function lastGood({ lastGood: at }: Of<"backup">, now: number): string {
  if (at === undefined) return "No good one is known.";
  return `The last good one is ${span(Math.max(0, now - at))} old.`;
}

function repository({ server }: Of<"repository">): Spans {
  if (server === SELF) return ["The repository of moot's own backups"];
  return ["The repository of the backups of ", { strong: server }];
}

/** As `since …` goes on. */
export function backupWellWords(trouble: OfBackups): Spans {
  switch (trouble.kind) {
    case "backup":
      return trouble.app === undefined
        ? ["moot itself is backed up again"]
        : [{ strong: trouble.app }, ` on ${trouble.server} is backed up again`];
    case "repository":
      return [...repository(trouble), trouble.what === "data" ? " is sound" : " can be used again"];
    case "ping":
      return ["The address of backups.ping answers again"];
  }
}

export function backupGoneWords(trouble: OfBackups): Spans {
  if (trouble.kind === "backup" && trouble.app !== undefined)
    return [{ strong: trouble.app }, ` on ${trouble.server} has no schedule of backups any more.`];
  return ["No backups are kept for ", { strong: trouble.server }, " any more."];
}

export function backupNext(trouble: OfBackups): Line {
  switch (trouble.kind) {
    case "backup":
      return trouble.app === undefined
        ? "moot tries again within the hour; moot's log says more, and the verb check tries the repository."
        : [
            "At its next time moot tries again; ",
            { code: `!backup ${trouble.app}` },
            " does so now. ",
            { code: `!backups ${trouble.app}` },
            " shows what failed.",
          ];
    case "repository":
      return trouble.next;
    case "ping":
      return "The backups themselves are good. See that the address is right and reachable from moot's machine; moot goes on trying.";
  }
}
