// An app's log lines, in a message or as a file.
import type { Attachment } from "../core/command.ts";
import { code, text, type Doc } from "../core/doc.ts";
import type { LogLine } from "../core/ports.ts";
import { counted } from "./phrases.ts";

const MOST_IN_MESSAGE = 40;
const MOST_CHARACTERS = 6_000;

export function logsAnswer(
  app: string,
  lines: readonly LogLine[],
): { readonly doc: Doc; readonly attachment?: Attachment } {
  if (lines.length === 0)
    return { doc: [text(["The services of ", { code: app }, " have written nothing."])] };
  const whole = lines.map(logLine).join("\n");
  const head = text([`The last ${counted(lines.length, "line")} of `, { code: app }, ":"]);
  if (lines.length <= MOST_IN_MESSAGE && whole.length <= MOST_CHARACTERS)
    return { doc: [head, code(whole)] };
  return {
    doc: [
      text([
        `The last ${counted(lines.length, "line")} of `,
        { code: app },
        " are in the file that follows.",
      ]),
    ],
    attachment: { name: `${app}.log.txt`, text: `${whole}\n` },
  };
}

export function logLine(line: LogLine): string {
  const at = line.at === undefined ? "" : `${new Date(line.at).toISOString().slice(0, 19)}Z `;
  return `${at}${line.service} ${line.text}`;
}
