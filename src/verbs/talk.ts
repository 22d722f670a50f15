// Talks in the console room from a terminal, or line by line from a script.
import { createInterface } from "node:readline";
import type { ConsoleClient } from "../console/client.ts";
import { Conversation, type Said } from "../console/conversation.ts";
import type { Settled } from "../core/chat.ts";
import type { UserId } from "../core/ids.ts";

type Lines = AsyncIterable<string>;

const NOTHING_ASKS =
  "nothing to react to: nothing here asks for a yes or runs; !jobs lists what is open, !approve aN and !cancel N reach it";

/**
 * Reads standard input to its end. A script's lines are taken one by one, each when the one before has ended; a person's at
 * once. Resolves with the exit code: 0 when every command succeeded, 1 otherwise, 3 when only an approval is still open.
 */
export async function talk(client: ConsoleClient, speaker: UserId): Promise<number> {
  const isScript = !process.stdin.isTTY;
  const conversation = new Conversation(client, { speaker, isScript, print });
  const watching = conversation.watch();
  const typed = createInterface({ input: process.stdin });
  const lines = sayable(typed);
  const talked = isScript ? runScript(lines, client, conversation) : listen(lines, conversation);
  try {
    return await Promise.race([talked, watching.then(() => 1)]);
  } finally {
    typed.close();
    await client[Symbol.asyncDispose]();
    await watching;
  }
}

async function listen(lines: Lines, conversation: Conversation): Promise<number> {
  for await (const line of lines) {
    if (/^(?:exit|quit)$/.test(line)) break;
    tell(await conversation.say(line));
  }
  return 0;
}

async function runScript(
  lines: Lines,
  client: ConsoleClient,
  conversation: Conversation,
): Promise<number> {
  const acts: Said[] = [];
  for await (const line of lines) {
    const said = await conversation.say(line);
    acts.push(said);
    tell(said);
    if (said.kind !== "act") continue;
    await conversation.settled(said.event);
    await client.catchUp();
  }
  return exitCode(acts.map((said) => standingOf(said, conversation)));
}

async function* sayable(typed: Lines): Lines {
  for await (const line of typed) {
    if (line.trim() !== "") yield line.trim();
  }
}

/** What the room cannot say, since nothing was said there. */
function tell(said: Said): void {
  if (said.kind === "nothing-to-react-to") print(`${NOTHING_ASKS}\n`);
  else if (said.kind === "nobody") print(`there is no member called ${said.name}\n`);
}

function standingOf(said: Said, conversation: Conversation): Settled {
  if (said.kind === "act") return conversation.standing(said.event);
  return said.kind === "chatter" ? "answered" : "refused";
}

function exitCode(ends: readonly Settled[]): number {
  if (ends.some((how) => how === "failed" || how === "refused")) return 1;
  return ends.includes("waiting") ? 3 : 0;
}

function print(text: string): void {
  process.stdout.write(text);
}
