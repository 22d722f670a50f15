// Refusals about acts on an app as it is: whether it runs, and what can be called in it.
import { text } from "../core/doc.ts";
import type { Words } from "./people-refusals.ts";
import { firstOf, listed } from "./phrases.ts";

const MOST_FUNCTIONS = 20;

export const LIFE_REFUSALS: Words<"not-deployed" | "still-deployed" | "unknown-function"> = {
  "not-deployed": ({ app, act }) => [
    text(["The app ", { code: app }, " is not deployed."]),
    act === "undeploy"
      ? text([
          "There is nothing to take down. ",
          { code: `!remove ${app}` },
          " destroys what is left of it, ",
          { code: `!deploy ${app}` },
          " brings it back.",
        ])
      : text(["Type ", { code: `!deploy ${app}` }, " to deploy it."]),
  ],
  "still-deployed": ({ app, services }) => [
    text([
      "The app ",
      { code: app },
      ` is deployed: ${listed(services)} of it ${services.length === 1 ? "is" : "are"} on the server. Nothing was removed.`,
    ]),
    text(["Take it down first: ", { code: `!undeploy ${app}` }, "."]),
  ],
  "unknown-function": ({ app, function: name, nearest, known, version }) => [
    text([
      `The recipe of `,
      { code: app },
      version === "" ? "" : ` at version ${version}`,
      " has no function ",
      { code: name },
      ".",
      ...(nearest === undefined ? [] : [" Did you mean ", { code: nearest }, "?"]),
    ]),
    known.length === 0
      ? text("Its abra.sh has no function at all, so there is nothing that !run could call.")
      : text([
          `It has ${firstOf(known, MOST_FUNCTIONS)}. Type `,
          { code: `!run ${app} FUNCTION` },
          ".",
        ]),
  ],
};
