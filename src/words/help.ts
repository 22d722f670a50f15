// Help, written from the table of commands.
import type { Command } from "../core/command.ts";
import { code, list, text, type Doc } from "../core/doc.ts";

export function commandList(commands: readonly Command[]): Doc {
  if (commands.length === 0) {
    return [
      text(
        "You may not use any command here. Ask a member who is a keeper to add your Matrix ID to moot's config.",
      ),
    ];
  }
  return [
    text("What you can type here:"),
    list(commands.map(({ name, summary }) => [{ code: `!${name}` }, ` ${summary}`])),
    text(["Type ", { code: "!help COMMAND" }, " for one of them in full."]),
  ];
}

export function commandHelp(command: Command, isAllowed: boolean): Doc {
  return [
    text([{ strong: `!${command.name}` }, `: ${command.summary}`]),
    code(command.usage.join("\n")),
    ...command.details.map((detail) => text(detail)),
    ...(isAllowed ? [] : [text("Your roles do not let you use it.")]),
  ];
}

/** The README's table of commands; a test keeps the two equal. */
export function commandTable(commands: readonly Command[]): string {
  const rows = commands.map(
    ({ usage, summary }) =>
      `| ${usage.map((line) => `\`${line.replaceAll("|", "\\|")}\``).join("<br>")} | ${summary} |`,
  );
  return ["| type | what it does |", "| --- | --- |", ...rows].join("\n");
}
