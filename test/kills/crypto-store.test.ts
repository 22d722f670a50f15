// A process that encrypts is killed at any moment: the same device goes on, and no place in a key is used for two messages.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { untilTrue } from "../testbed/wait.ts";

const KILLS = 30;

test("thirty kills, one device, one key, and every place in it used once", async () => {
  const folder = mkdtempSync(join(tmpdir(), "moot-crypto-kill-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [path, log] = [join(folder, "moot.crypto.db"), join(folder, "log")];
  const read = (): string => (existsSync(log) ? readFileSync(log, "utf8") : "");
  for (let kill = 0; kill < KILLS; kill += 1) {
    const before = read().length;
    const program = join(import.meta.dirname, "crypto-writer.ts");
    const child = spawn(process.execPath, [program, path, log], { stdio: "ignore" });
    const ended = once(child, "exit");
    await untilTrue("the first message", 30, () => read().slice(before).split("\n").length > 3);
    await pause(Math.random() * 200);
    child.kill("SIGKILL");
    expect(await ended).toEqual([null, "SIGKILL"]);
  }
  // The last line may have been cut.
  const lines = read().split("\n").slice(0, -1);
  const devices = lines.filter((line) => line.startsWith("device "));
  const places = lines.filter((line) => !line.startsWith("device "));
  expect(devices).toHaveLength(KILLS);
  expect(new Set(devices).size).toBe(1);
  expect(new Set(places.map((place) => place.split(" ")[0])).size).toBe(1);
  expect(places.length).toBeGreaterThan(KILLS);
  expect(new Set(places).size).toBe(places.length);
});
