// !skip: one version of an app is not offered again.
import type { Command } from "../src/core/command.ts";
import { askedUpdate } from "./asked-update.ts";
import { askedVersion } from "./asked-version.ts";

export const skip: Command = {
  name: "skip",
  summary: "leave a version out",
  usage: ["!skip APP [VERSION]"],
  details: [
    "The version that is offered of the app is not offered again; the next newer one is. A 👎 on its message does the same.",
    "!upgrade still takes the app there, whenever somebody wants that.",
  ],
  flags: {},
  words: { min: 1, max: 2 },
  takesSettings: false,
  async run({ words: [name = "", typed] }, sight, signal) {
    const version = typed === undefined ? undefined : askedVersion(skip, typed);
    return { kind: "skip", update: await askedUpdate(sight, name, version, signal) };
  },
};
