// What is odd about a backup before it is taken: labels that are not as they should be, and what cannot be saved.
import type { Line } from "../core/doc.ts";
import type { BackupOddity } from "../core/backup-scope.ts";
import type { NoLabels } from "../core/plan.ts";
import { firstOf, listed } from "./phrases.ts";

type Of<Kind extends BackupOddity["kind"]> = Extract<BackupOddity, { readonly kind: Kind }>;
type Words = { readonly [Kind in BackupOddity["kind"]]: (oddity: Of<Kind>) => Line };

export const NO_LABELS: Readonly<Record<NoLabels, string>> = {
  none: "its recipe does not say what to back up: none of its services has a label backupbot.backup",
  no: "its recipe says that it is not to be backed up (backupbot.backup=false)",
  misplaced:
    "its recipe has the labels for backups, but on the containers and not under deploy, where they do not count",
};

const WORDS: Words = {
  "several-services": ({ services }) =>
    `${listed(services)} each say that the app is to be backed up; one of them is enough.`,
  "container-label": ({ service }) =>
    `Labels for backups of ${service} stand on its container and not under deploy, so they do not count: tell the recipe's makers.`,
  "unknown-label": ({ service, label }) => [
    "Nobody reads the label ",
    { code: label },
    ` of ${service}; perhaps it is misspelt.`,
  ],
  "unclear-value": ({ service, label, value }) => [
    "The label ",
    { code: label },
    ` of ${service} is neither true nor false but `,
    { code: value },
    ": it is taken for true.",
  ],
  "unknown-volume": ({ service, volume }) =>
    `A label of ${service} speaks of a volume ${volume}, and there is none of that name.`,
  "bad-path": ({ service, volume, path }) => [
    "The path ",
    { code: path },
    ` in a label of ${service} leads out of the volume ${volume}, so all of that volume is saved.`,
  ],
  "path-outside": ({ service, path }) => [
    "The path ",
    { code: path },
    ` of ${service} is in no volume of it and cannot be saved; its volumes are saved whole instead.`,
  ],
  "old-command": ({ service }) => [
    `${service} has the old label `,
    { code: "backupbot.backup.command" },
    ": it is run before, and what it only prints is not kept.",
  ],
  "volume-disputed": ({ volume }) =>
    `Of the volume ${volume} one label wants a part and another none: it is left out.`,
  "foreign-volume": ({ service, volume }) =>
    `${service} uses the volume ${volume}, which is not the app's own: it is not saved.`,
  "host-path": ({ service, path }) => [
    `${service} uses `,
    { code: path },
    " of the server itself, which is not saved: save it yourself.",
  ],
  "left-volume": ({ volume, nodes }) =>
    `A volume ${volume} is also on ${listed(nodes)}, where no task uses it: that one is not saved.`,
  "as-it-runs": ({ services }) => [
    `${listed(services)} ${services.length === 1 ? "writes" : "write"} to volumes while they are read, and no hook prepares them: a database may not come back from that. `,
    { code: "--stop SERVICE" },
    " stops one meanwhile.",
  ],
  "secrets-unread": ({ secrets }) =>
    `Nothing runs that could read its secrets, so they are not saved: ${firstOf(secrets, 8)}.`,
  "at-rest": () =>
    "Nothing of it runs, so its volumes are saved whole as they lie, and no hook is run.",
};

export function oddityLine(oddity: BackupOddity): Line {
  return wordsFor(oddity.kind, oddity);
}

function wordsFor<Kind extends BackupOddity["kind"]>(kind: Kind, oddity: Of<Kind>): Line {
  return WORDS[kind](oddity);
}
