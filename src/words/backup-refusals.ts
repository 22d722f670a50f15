// Refusals about backups: what is missing for one, and what to type instead.
import { text } from "../core/doc.ts";
import { NO_LABELS } from "./backup-oddities.ts";
import type { Words } from "./people-refusals.ts";
import { listed } from "./phrases.ts";

export const BACKUP_REFUSALS: Words<"nothing-to-back-up" | "app-unsettled"> = {
  "nothing-to-back-up": ({ app, why }) => [
    text(["No backup of ", { code: app }, ` was taken: ${NO_LABELS[why]}.`]),
    text([
      "Type ",
      { code: `!backup ${app} --all` },
      " to save all its volumes as they are, better with ",
      { code: "--stop SERVICE" },
      " for each service that writes to a database.",
    ]),
  ],
  "app-unsettled": ({ app, services }) => [
    text([
      "The app ",
      { code: app },
      ` is in the middle of an update (${listed(services)}), so nothing was read of it.`,
    ]),
    text([
      "Wait until ",
      { code: `!ps ${app}` },
      " shows that it is over, then type the command again.",
    ]),
  ],
};
