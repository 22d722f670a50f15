// One person acts alone: what everybody is told.
import { text, type Doc } from "../core/doc.ts";
import type { Job } from "../core/job.ts";
import type { Breakglass } from "../core/proposal.ts";
import { moment } from "./phrases.ts";

export function brokenDoc({ app, by, reason, until }: Breakglass): Doc {
  return [
    text([
      { strong: "Break-glass: " },
      { member: by },
      " acts alone on ",
      { strong: app },
      ` until ${moment(until)}: ${reason}`,
    ]),
    text(
      "Until then nobody else has to agree to what they do to this app. That does not reach removing it, its secrets, commands inside it, roles or servers. Each job is listed here, and two others are asked to look at all of it afterwards.",
    ),
    text(["To stop it, type ", { code: `!hold ${app} REASON` }, "."]),
  ];
}

export function aloneDoc({ id, verb, app, by, state }: Job): Doc {
  return [text(["Done alone by ", { member: by }, `: job ${id}, ${verb} ${app}: ${state}.`])];
}
