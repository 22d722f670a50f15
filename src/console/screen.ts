// Writes the console room as lines of text, for a terminal or a log.
import type { EventId, UserId } from "../core/ids.ts";
import { tame } from "../words/draw.ts";
import type { RoomEvent } from "./protocol.ts";

const COLUMN = 6;
const EXCERPT = 48;

/** Draws each event as it comes; of an edit only the lines that are new. */
export class Screen {
  /** What each message says now, to tell what an edit changed and what a reaction belongs to. */
  readonly #said = new Map<EventId, string>();

  /** Text that ends with a line end, or nothing. */
  draw(event: RoomEvent): string {
    switch (event.kind) {
      case "message":
        return this.#say(event, event.body);
      case "file":
        return this.#say(event, `${event.name}:\n${event.text}`);
      case "image":
        return this.#say(event, `${event.description}\n(picture ${event.name})`);
      case "edit":
        return this.#edit(event.sender, event.target, tame(event.body));
      case "reaction": {
        const target = this.#excerpt(event.target);
        this.#said.set(event.event, event.key);
        return spoken(event.sender, `${tame(event.key)} ${target}`);
      }
      case "redaction":
        return spoken(event.sender, `takes back ${this.#excerpt(event.target)}`);
      case "settled":
        return "";
    }
  }

  #say({ event, sender }: RoomEvent, raw: string): string {
    const text = tame(raw).trimEnd();
    this.#said.set(event, text);
    return spoken(sender, text);
  }

  #edit(sender: UserId, target: EventId, text: string): string {
    const before = new Set((this.#said.get(target) ?? "").split("\n"));
    this.#said.set(target, text);
    const fresh = text.split("\n").filter((line) => line.trim() !== "" && !before.has(line));
    return fresh.length === 0 ? "" : spoken(sender, fresh.join("\n"));
  }

  #excerpt(target: EventId): string {
    const [line = ""] = (this.#said.get(target) ?? "").split("\n");
    if (line === "") return "(an earlier message)";
    return `“${line.length > EXCERPT ? `${line.slice(0, EXCERPT)}…` : line}”`;
  }
}

/** `ana   !help`, further lines under the first. */
function spoken(sender: UserId, text: string): string {
  const name = /^@([^:]*)/.exec(tame(sender))?.[1] ?? sender;
  const lines = text.split("\n");
  return lines
    .map((line, index) => `${(index === 0 ? `${name} ` : "").padEnd(COLUMN)}${line}`.trimEnd())
    .join("\n")
    .concat("\n");
}
