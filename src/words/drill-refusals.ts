// Why a drill cannot be: what stands in its way, and what to type instead.
import { list, text, type Line } from "../core/doc.ts";
import type { DrillBar } from "../core/drill-errors.ts";
import type { Words } from "./people-refusals.ts";
import { size } from "./phrases.ts";

export const DRILL_REFUSALS: Words<"cannot-drill"> = {
  "cannot-drill": ({ app, snapshot, server, bars }) => [
    text([
      "The backup ",
      { code: snapshot },
      " of ",
      { code: app },
      ` cannot be tried on ${server}. Nothing was begun.`,
    ]),
    list(bars.map((bar) => barLine(bar, app))),
  ],
};

function barLine(bar: DrillBar, app: string): Line {
  switch (bar.kind) {
    case "no-stack-text":
      return [
        "It does not say what to run, since moot had not deployed the app when it was taken. ",
        { code: `!deploy ${app}` },
        " and ",
        { code: `!backup ${app}` },
        ", then try again.",
      ];
    case "stack-text-changed":
      return [
        "What it says to run is not what moot had written: it was changed on the server, so look who else works there. ",
        { code: `!backup ${app}` },
        " takes another, then try again.",
      ];
    case "nothing-runs":
      return "No service of it would run, so that nothing could be proven: give one a replica.";
    case "absent":
      return `Its stack needs the ${bar.what} ${bar.name}, which the stack does not make and the snapshot does not have: take another backup once it is there.`;
    case "volume-twice":
      return `It has a volume ${bar.volume} of two nodes, and a drill is on one: remove the one that no task uses.`;
    case "hook-homeless":
      return `Its data are loaded by a hook in ${bar.service}, which does not run: mend the recipe's labels.`;
    case "name-too-long":
      return `The secret ${bar.name} would have a longer name there than swarm takes: shorten it in the recipe.`;
    case "out-of-reach":
      return [
        `The repository of ${bar.repository} is a folder there, which no other server reaches. `,
        { code: `!drill ${app}` },
        " without --server tries it where it is.",
      ];
    case "no-room":
      return roomLine(bar);
  }
}

function roomLine(bar: Extract<DrillBar, { readonly kind: "no-room" }>): Line {
  return `It needs ${size(bar.needs)} of ${bar.what}, and a drill may take ${size(bar.has)} there: ${bar.what === "disk" ? "free some (!servers shows how much there is)" : "name a larger server"} with --server, or try it when there is more.`;
}
