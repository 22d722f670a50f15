// Refusals about restores: which snapshot cannot be used or found, and what to type instead.
import { list, text, type Line } from "../core/doc.ts";
import type { RestoreBar, RestoreReason } from "../core/restore-errors.ts";
import { faultWords } from "./backups.ts";
import type { Words } from "./people-refusals.ts";
import { listed, moment, shortId, size } from "./phrases.ts";
import { unknownWords } from "./unknown-backups.ts";

const NO_PAIR = {
  "no-version": "moot has deployed nothing before what runs now",
  "no-snapshot":
    "no backup that counts was taken before the step from the version before to what runs now",
} as const;

export const RESTORE_REFUSALS: Words<RestoreReason["kind"]> = {
  "no-snapshot": ({ app }) => [
    text(["There is no backup of ", { code: app }, " that counts, so nothing can be restored."]),
    text(["Type ", { code: `!backups ${app}` }, " to see those that were tried, and why not."]),
  ],
  "foreign-snapshot": ({ app, snapshot, owner }) => [
    text([
      "The snapshot ",
      { code: snapshot },
      ` is ${owner === undefined ? "none that moot made" : `one of ${owner}`}, and no data of `,
      { code: app },
      ". Nothing was changed.",
    ]),
    text(["Type ", { code: `!backups ${app}` }, " for those of this app."]),
  ],
  "bad-snapshot": ({ app, snapshot, faults }) => [
    text([
      "The snapshot ",
      { code: snapshot },
      ` does not count as a backup: ${faults.map(faultWords).join("; ")}. Nothing was changed.`,
    ]),
    text([
      "Type ",
      { code: `!backups ${app}` },
      " for one that counts; ",
      { code: `!restore ${app} ${snapshot} --anyway` },
      " takes this one all the same.",
    ]),
  ],
  "newer-unknown": ({ app, unknown, known }) => [
    text([
      `${unknownWords(app, unknown)} The newest of them, of ${moment(unknown.newest.at)}, is newer than the newest that moot knows to count, of ${moment(known.at)}. Nothing was changed.`,
    ]),
    text([
      "Name the one that you mean: ",
      { code: `!restore ${app} ${shortId(unknown.newest.snapshot)}` },
      " takes the newest of them, which nobody judged, ",
      { code: `!restore ${app} ${known.snapshot}` },
      " the one that moot knows.",
    ]),
  ],
  "cannot-restore": ({ app, snapshot, bars }) => [
    text([
      "The snapshot ",
      { code: snapshot },
      " cannot go back into ",
      { code: app },
      " as that is now. Nothing was changed.",
    ]),
    list(bars.map((bar) => barLine(bar, app))),
  ],
  "not-lost": ({ app, server, to }) => [
    text([{ code: app }, ` is not lost: ${server} answers, and it is there. Nothing was changed.`]),
    text([
      "Type ",
      { code: `!move ${app} ${to}` },
      " to take it over with its data as they are now, or ",
      { code: `!undeploy ${app}` },
      " first if the backup is to take its place.",
    ]),
  ],
  "repository-apart": ({ app, repository, server }) => [
    text([
      "The backups of ",
      { code: app },
      ` are in a folder of ${repository} itself, which ${server} cannot reach: what is lost with ${repository} is lost. Nothing was changed.`,
    ]),
    text([
      `Next: if the disk of ${repository} can still be read, copy that folder to a place that both reach, name it under backups.repositories in moot's config, and type this again. `,
      { code: `!backups ${app}` },
      " shows what was saved, and where.",
    ]),
  ],
  "no-pair": ({ app, why }) => [
    text([
      "There is no pair of version and data to go back to of ",
      { code: app },
      `: ${NO_PAIR[why]}. Nothing was changed.`,
    ]),
    text([
      "Type ",
      { code: `!rollback ${app}` },
      " to go back without the data, and ",
      { code: `!backups ${app}` },
      " for what could be restored by itself.",
    ]),
  ],
};

function barLine(bar: RestoreBar, app: string): Line {
  switch (bar.kind) {
    case "nothing-in-it":
      return "It holds no data of volumes.";
    case "volume-absent":
      return [
        `There is no volume ${bar.volume} to put its data into. Type `,
        { code: `!deploy ${app}` },
        " first, which makes it.",
      ];
    case "volume-twice":
      return [
        `There is a volume ${bar.volume} on each of ${listed(bar.nodes)}, and nobody knows which is meant. `,
        { code: `!status ${app}` },
        " shows which one is used; remove the others.",
      ];
    case "volume-unused":
      return [
        `The new app has no volume for what is in ${bar.volume}. Type `,
        { code: bar.of === app ? `!backups ${app}` : `!restore ${bar.of}` },
        bar.of === app
          ? " for another backup: its recipe makes no such volume at that version."
          : " to put it back where it came from.",
      ];
    case "volume-taken":
      return [
        `There is a volume ${bar.volume} already on ${listed(bar.nodes)}, and what is in it would be overwritten. Take another domain, or type `,
        { code: `!restore ${bar.of}` },
        " to put the data back where they came from.",
      ];
    case "no-room":
      return `It needs ${size(bar.needs)} of the disk of ${bar.server}, which has ${size(bar.has)} left: free some (!servers shows how much there is), or name another server.`;
    case "hook-homeless":
      return [
        `Its data have to be loaded by a program inside ${bar.service}, which does not run. Type `,
        { code: `!deploy ${app}` },
        " first.",
      ];
  }
}
