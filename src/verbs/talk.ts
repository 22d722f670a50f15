// Talks in the console room from a terminal, or line by line from a script.
import { createInterface } from "node:readline";
import type { ConsoleClient } from "../console/client.ts";
import { Conversation, type How } from "../console/conversation.ts";
import type { UserId } from "../core/ids.ts";

type LineEnd = How | "nothing";

/**
 * Reads standard input to its end. A script's lines are taken one by one, each when the one before has ended; a person's at
 * once. Resolves with the exit code: 0 when every command succeeded, 1 otherwise, 3 when only an approval is still open.
 */
export async function talk(client: ConsoleClient, speaker: UserId): Promise<number> {
  const conversation = new Conversation(client, speaker, (text) => void process.stdout.write(text));
  const watching = conversation.watch();
  const isTyped = process.stdin.isTTY;
  const ends: LineEnd[] = [];
  const moot = watching.then(() => "gone" as const);
  for await (const line of createInterface({ input: process.stdin })) {
    if (isTyped && /^\s*(exit|quit)\s*$/.test(line)) break;
    if (line.trim() === "") continue;
    const end = await Promise.race([sayLine(conversation, line.trim(), isTyped), moot]);
    if (end === "gone") return 1;
    if (end !== undefined && !isTyped) ends.push(end);
  }
  await client[Symbol.asyncDispose]();
  await watching;
  return exitCode(ends);
}

async function sayLine(
  conversation: Conversation,
  line: string,
  isTyped: boolean,
): Promise<LineEnd | undefined> {
  const said = await conversation.say(line);
  switch (said.kind) {
    case "command":
      return isTyped ? undefined : said.settled;
    case "nothing-to-react-to":
      process.stdout.write("nothing to react to\n");
      return "nothing";
    case "nobody":
      process.stdout.write(`there is no member called ${said.name}\n`);
      return "nothing";
    case "chatter":
    case "reacted":
      return undefined;
  }
}

function exitCode(ends: readonly LineEnd[]): number {
  if (ends.some((end) => end === "failed" || end === "refused" || end === "nothing")) return 1;
  return ends.includes("waiting") ? 3 : 0;
}
