// Refusals about going from one version of an app to another, in words.
import { list, text } from "../core/doc.ts";
import type { Words } from "./people-refusals.ts";
import { moment } from "./phrases.ts";
import { whyNotNowLines } from "./why-not-now.ts";

export const VERSION_REFUSALS: Words<
  | "nothing-newer"
  | "nothing-to-roll-back"
  | "not-comparable"
  | "wrong-direction"
  | "no-return-point"
  | "nothing-left-behind"
  | "no-update"
  | "other-update"
  | "update-decided"
  | "update-waits"
  | "moved-but-down"
  | "side-left"
> = {
  "nothing-newer": ({ app, version }) => [
    text(["The app ", { code: app }, ` runs version ${version}, and there is none above it.`]),
    text(["Type ", { code: `!deploy ${app}` }, " to deploy it as its env file says now."]),
  ],
  "nothing-to-roll-back": ({ app, version }) => [
    text([
      "The app ",
      { code: app },
      ` runs version ${version}; moot has made no earlier deployment of it, and the recipe has no lower version.`,
    ]),
    text(["Type ", { code: `!status ${app}` }, " to see how it is."]),
  ],
  "not-comparable": ({ app, version, isChaos }) => [
    text([
      "The app ",
      { code: app },
      version === undefined
        ? " runs without a version, so nobody can say what is above or below it."
        : isChaos
          ? ` runs commit ${version}, which is no published version: nothing is above or below it.`
          : ` runs version ${version}, which cannot be compared with others.`,
    ]),
    text(["Name the one you want: ", { code: `!deploy ${app} --version VERSION` }, "."]),
  ],
  "wrong-direction": ({ app, act, from, to }) => [
    text([
      { code: `!${act}` },
      act === "upgrade" ? " only goes up" : " only goes down",
      `: ${app} runs ${from}, and ${to} is not ${act === "upgrade" ? "above" : "below"} it.`,
    ]),
    text([
      "Type ",
      { code: `!${act === "upgrade" ? "rollback" : "upgrade"} ${app} --to ${to}` },
      ", or leave --to out.",
    ]),
  ],
  "no-update": ({ app, version, problem }) => [
    text([
      "No update of ",
      { code: app },
      " is open",
      problem === undefined
        ? version === undefined
          ? "."
          : `; version ${version} runs.`
        : `: ${problem}.`,
    ]),
    text([
      "Type ",
      { code: `!updates ${app} --now` },
      " to look upstream at once, or ",
      { code: "!updates" },
      " for those of other apps.",
    ]),
  ],
  "other-update": ({ app, asked, to }) => [
    text([
      `Of `,
      { code: app },
      ` the version ${to} is offered, not ${asked}. Nothing was changed.`,
    ]),
    text(["Type ", { code: `!updates ${app}` }, " to see it."]),
  ],
  "update-decided": ({ app, to, job }) => [
    text([{ code: app }, ` is going to ${to} already: job ${job}. Nothing was changed.`]),
    text(["Type ", { code: `!cancel ${job}` }, " to stop that."]),
  ],
  "update-waits": ({ update: { app, from, to }, blockers }) => [
    text(["The update of ", { code: app }, " waits for its time:"]),
    list(whyNotNowLines(blockers, { app, version: to, isRebuild: from === to, when: moment })),
    text(["Type ", { code: `!upgrade ${app}` }, " to have it at once all the same."]),
  ],
  "nothing-left-behind": ({ app }) => [
    text(["No move of ", { code: app }, " has left anything behind."]),
    text(["Type ", { code: `!status ${app}` }, " to see where it is."]),
  ],
  "moved-but-down": ({ app, server, from }) => [
    text([
      "Nothing of ",
      { code: app },
      ` runs on ${server}, so what the move left on ${from} may be the only good copy. Nothing was removed.`,
    ]),
    text([
      "Bring it up there and look whether its data are all there: ",
      { code: `!deploy ${app}` },
      ". Then type ",
      { code: `!move ${app} --done` },
      " again.",
    ]),
  ],
  "side-left": ({ app, server }) => [
    text([
      `The last move of `,
      { code: app },
      ` left its volumes and secrets on ${server}, and they are kept until somebody is content with the new side. Nothing was changed.`,
    ]),
    text(["Type ", { code: `!move ${app} --done` }, " first, which destroys the old side."]),
  ],
  "no-return-point": ({ app, why }) => [
    text([
      "What runs of ",
      { code: app },
      ` could not be brought back if this failed: ${why}. So nothing was changed.`,
    ]),
    text([
      "Deploy it once as it is, which makes a point to return to: ",
      { code: `!deploy ${app}` },
      ".",
    ]),
  ],
};
