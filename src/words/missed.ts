// Commands that came while moot was away.
import { list, text, type Doc } from "../core/doc.ts";
import { counted, moment } from "./phrases.ts";

export function missedDoc(
  commands: readonly { readonly sender: string; readonly at: number; readonly typed: string }[],
  more: number,
): Doc {
  return [
    text(
      `While I was away, ${counted(commands.length + more, "command")} came. None was run, since the world may have moved on:`,
    ),
    list(
      commands.map(({ sender, at, typed }) => [
        { member: sender },
        ` at ${moment(at)}: `,
        { code: typed },
      ]),
    ),
    ...(more > 0 ? [text(`${more} older ones are not listed.`)] : []),
    text("React 👍 to this message to run the ones that you typed yourself, or type them again."),
  ];
}
