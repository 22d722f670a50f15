// A process killed in the middle of writing loses nothing that was acknowledged.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { Ledger } from "../../src/core/ledger.ts";
import { freshPath, opened } from "./opened.ts";
import { eventNamed } from "./samples.ts";

/** For a process to start, where much else runs. */
const PATIENCE = 60_000;
const WRITER = fileURLToPath(new URL("writer.ts", import.meta.url));

/** What the writer had been told was kept when it was killed, some lines after `count`. */
async function killedAfter(count: number, path: string): Promise<readonly string[]> {
  const writer = spawn(process.execPath, [WRITER, path], { stdio: ["ignore", "pipe", "inherit"] });
  const isGone = once(writer, "exit");
  const acknowledged: string[] = [];
  for await (const line of createInterface({ input: writer.stdout })) {
    acknowledged.push(line);
    if (acknowledged.length === count) writer.kill("SIGKILL");
  }
  await isGone;
  expect(writer.signalCode).toBe("SIGKILL");
  return acknowledged;
}

function keysOf(ledger: Ledger): ReadonlySet<string> {
  const { outbox } = ledger;
  return ledger.together(() => {
    const keys = new Set<string>();
    for (
      let letter = outbox.next(Infinity, []);
      letter !== undefined;
      letter = outbox.next(Infinity, [])
    ) {
      keys.add(letter.key);
      outbox.sent(letter.id, eventNamed(letter.key), 0);
    }
    return keys;
  });
}

describe("kill -9", () => {
  test.each([1, 2, 150])(
    "after %i acknowledgements loses none of them",
    async (count) => {
      const path = freshPath();
      const acknowledged = await killedAfter(count, path);
      const ledger = opened(path);
      const { inbox } = ledger;
      const open = new Set(inbox.pending(10).map(({ event }) => event));
      const posted = keysOf(ledger);
      expect(open.size).toBeLessThanOrEqual(1);
      for (const line of acknowledged) {
        const [how, name = ""] = line.split(" ");
        expect(inbox.message(eventNamed(name)), line).toBeDefined();
        if (how === "settled") expect(open, line).not.toContain(`$${name}`);
        if (how === "settled") expect(posted, line).toContain(name);
      }
    },
    PATIENCE,
  );
});
