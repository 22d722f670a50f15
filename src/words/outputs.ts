// What programs said that a job ran: whole where it is short, else its end, with the whole beside it as a file.
import type { Attachment } from "../core/command.ts";
import { code, text, type Block } from "../core/doc.ts";
import type { Job, Output } from "../core/job.ts";
import { counted } from "./phrases.ts";

const MOST_LINES = 30;
const MOST_CHARACTERS = 3_000;
const SHOWN_LINES = 10;
const SHOWN_CHARACTERS = 1_000;

export function outputBlocks(outputs: readonly Output[] | undefined): readonly Block[] {
  return (outputs ?? []).flatMap(blocksOf);
}

function blocksOf(output: Output): readonly Block[] {
  const { what, exitCode, text: said } = output;
  const how = exitCode === 0 ? "ended well" : `ended with exit code ${exitCode}`;
  if (said === "") return [text(`"${what}" ${how} and said nothing.`)];
  if (isShort(output)) return [text(`"${what}" ${how} and said:`), code(said)];
  const lines = said.split("\n");
  const tail = lines.slice(-SHOWN_LINES).join("\n").slice(-SHOWN_CHARACTERS);
  const kept = isWhole(output) ? "It ends with" : "What moot kept of it ends with";
  return [text(`"${what}" ${how} and said ${amount(output)}. ${kept}:`), code(tail)];
}

function isWhole({ left, isFlood }: Output): boolean {
  return left === 0 && !isFlood;
}

function isShort(output: Output): boolean {
  const { text: said } = output;
  return isWhole(output) && said.length <= MOST_CHARACTERS && said.split("\n").length <= MOST_LINES;
}

function amount({ text: said, left, isFlood }: Output): string {
  if (left === 0 && !isFlood) return counted(said.split("\n").length, "line");
  return `${isFlood ? "more than " : ""}${said.length + left} characters, of which the first ${said.length} are kept`;
}

/** All that was kept, where a message cannot hold it. */
export function outputFile(
  { id, app }: Pick<Job, "id" | "app">,
  outputs: readonly Output[] | undefined,
): Attachment | undefined {
  const all = outputs ?? [];
  if (all.every(isShort)) return undefined;
  const parts = all.map((output) => {
    const { what, exitCode, text: said } = output;
    const cut = isWhole(output) ? "" : `\n[moot cut it here: it said ${amount(output)}]`;
    return `# ${what} (exit code ${exitCode})\n${said}${cut}\n`;
  });
  return { name: `${app}-job${id}.txt`, text: parts.join("\n") };
}
