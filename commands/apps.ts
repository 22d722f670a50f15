// !apps: the apps that have an env file, by server, with recipe and versions.
import type { Command } from "../src/core/command.ts";
import { appsDoc } from "../src/words/apps.ts";

export const apps: Command = {
  name: "apps",
  summary: "the apps, their recipes and versions",
  usage: ["!apps", "!apps --server SERVER", "!apps --recipe RECIPE"],
  details: ["An app is one env file under abra's folder; its name is its domain."],
  flags: { server: "value", recipe: "value" },
  words: { min: 0, max: 0 },
  takesSettings: false,
  async run(invocation, sight, signal) {
    const asked = invocation.flags["server"];
    const recipe = invocation.flags["recipe"];
    const all = await sight.apps(
      asked === undefined ? sight.servers() : [sight.server(asked)],
      signal,
    );
    return {
      kind: "reply",
      doc: appsDoc(all.filter((app) => recipe === undefined || isNamed(app.recipe, recipe))),
    };
  },
};

/** A recipe outside the catalogue stands in the env file by its address, which ends in its name. */
function isNamed(type: string, recipe: string): boolean {
  return type === recipe || type.endsWith(`/${recipe}`);
}
