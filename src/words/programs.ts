// The functions that can be run in an app.
import { list, text, type Doc } from "../core/doc.ts";
import type { Programs } from "../core/programs.ts";
import { listed } from "./phrases.ts";

export function functionsDoc(app: string, known: Programs & { readonly version: string }): Doc {
  const { functions, services, version } = known;
  const of: string = version === "" ? "its recipe" : `its recipe at version ${version}`;
  if (functions.length === 0)
    return [text([{ strong: app }, `: ${of} has no function that can be run.`])];
  return [
    text([{ strong: app }, `: ${of} has these functions:`]),
    list(functions.map((name) => [{ code: name }])),
    text([
      "Type ",
      { code: `!run ${app} FUNCTION` },
      `, or put a service before it: ${listed(services)}.`,
    ]),
  ];
}
