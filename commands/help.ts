// !help: the commands you may use, or one of them in full.
import { rightOf, type Command } from "../src/core/command.ts";
import { Refusal } from "../src/core/errors.ts";
import { nearest } from "../src/core/nearest.ts";
import { commandHelp, commandList } from "../src/words/help.ts";

export const help: Command = {
  name: "help",
  summary: "what you can type here",
  usage: ["!help", "!help COMMAND"],
  details: ["Lists the commands that you may use in this room, or explains one of them."],
  flags: {},
  words: { min: 0, max: 1 },
  takesSettings: false,
  run(invocation, sight) {
    const usable = sight.commands.filter((command) => sight.mayUse(rightOf(command)));
    const asked = invocation.words[0]?.replace(/^!/, "");
    if (asked === undefined) return Promise.resolve({ kind: "reply", doc: commandList(usable) });
    const command = sight.commands.find(({ name }) => name === asked);
    if (command === undefined) {
      const near = nearest(
        asked,
        sight.commands.map(({ name }) => name),
      );
      throw new Refusal({
        kind: "unknown-command",
        typed: asked,
        ...(near === undefined ? {} : { nearest: near }),
      });
    }
    return Promise.resolve({
      kind: "reply",
      doc: commandHelp(command, sight.mayUse(rightOf(command))),
    });
  },
};
