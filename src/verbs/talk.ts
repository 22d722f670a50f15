// Talks in the console room from a terminal, or line by line from a script.
import { createInterface } from "node:readline";
import type { ConsoleClient } from "../console/client.ts";
import { Conversation, type Said } from "../console/conversation.ts";
import type { Settled } from "../core/chat.ts";
import type { EventId, UserId } from "../core/ids.ts";

/**
 * Reads standard input to its end. A script's lines are taken one by one, each when the one before has ended; a person's at
 * once. Resolves with the exit code: 0 when every command succeeded, 1 otherwise, 3 when only an approval is still open.
 */
export async function talk(client: ConsoleClient, speaker: UserId): Promise<number> {
  const isTyped = process.stdin.isTTY;
  const print = (text: string): void => void process.stdout.write(text);
  const conversation = new Conversation(client, { speaker, isScript: !isTyped, print });
  const watching = conversation.watch();
  const moot = watching.then(() => "gone" as const);
  const acts: EventId[] = [];
  let isAllSaid = true;
  for await (const line of createInterface({ input: process.stdin })) {
    if (isTyped && /^\s*(exit|quit)\s*$/.test(line)) break;
    if (line.trim() === "") continue;
    const said = await Promise.race([conversation.say(line.trim()), moot]);
    if (said === "gone") return 1;
    if (said.kind === "act") {
      if (isTyped) continue;
      acts.push(said.event);
      if ((await Promise.race([end(client, conversation, said.event), moot])) === "gone") return 1;
    } else if (said.kind !== "chatter") {
      print(problemOf(said));
      isAllSaid = false;
    }
  }
  await client[Symbol.asyncDispose]();
  await watching;
  if (isTyped) return 0;
  return isAllSaid ? exitCode(acts.map((act) => conversation.standing(act))) : 1;
}

function problemOf(
  said: Extract<Said, { readonly kind: "nothing-to-react-to" | "nobody" }>,
): string {
  return said.kind === "nobody"
    ? `there is no member called ${said.name}\n`
    : "nothing to react to\n";
}

/** Resolves when it has ended and all is shown that moot said of it. */
async function end(
  client: ConsoleClient,
  conversation: Conversation,
  event: EventId,
): Promise<void> {
  await conversation.settled(event);
  await client.catchUp();
}

function exitCode(ends: readonly Settled[]): number {
  if (ends.some((how) => how === "failed" || how === "refused")) return 1;
  return ends.includes("waiting") ? 3 : 0;
}
