// Told to stop while a program runs, moot stops in its own way: with what it has to tidy up, and exit code 0.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";

const SCRIPT = join(import.meta.dirname, "stopped.ts");

const TOLD = [
  { signal: "SIGTERM", times: 1 },
  { signal: "SIGINT", times: 1 },
  { signal: "SIGTERM", times: 2 },
] as const;

test.each(TOLD)("$signal, $times times", async ({ signal, times }) => {
  const child = spawn(process.execPath, [SCRIPT], { stdio: ["ignore", "pipe", "inherit"] });
  const said = text(child.stdout);
  await once(child.stdout, "readable");
  for (let time = 0; time < times; time += 1) child.kill(signal);
  expect(await once(child, "exit")).toEqual([0, null]);
  expect(await said).toBe(`running\nended by Error: ${signal}\n`);
});
