// A program gets what it is given and nothing else, and leaves nothing running behind.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Refusal } from "../../src/core/errors.ts";
import { run, type Ran, type RunOptions } from "../../src/process/run.ts";

const PATH = "/usr/bin:/bin";
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "moot-run-"));
});

afterEach(() => rm(folder, { recursive: true }));

function sh(script: string, options: Partial<RunOptions> = {}): Promise<Ran> {
  const signal = AbortSignal.timeout(20_000);
  return run("sh", ["-c", script], { env: { PATH }, timeout: 20_000, signal, ...options });
}

async function stepProblem(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof Refusal && error.reason.kind === "step-failed") return error.reason.problem;
  throw new Error("no refusal of a step", { cause: error });
}

/** One that has died has no command line, even while nobody has asked how it ended. */
async function isAlive(pid: number): Promise<boolean> {
  return (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")) !== "";
}

test("every exit code is an answer, with the output byte for byte", async () => {
  expect(await sh("echo out; echo err >&2; exit 3")).toEqual({
    exitCode: 3,
    stdout: "out\n",
    stderr: "err\n",
  });
});

test("the environment is what was given, and nothing of ours", async () => {
  const { stdout } = await run("env", [], {
    env: { PATH, ONLY: "this" },
    timeout: 20_000,
    signal: AbortSignal.timeout(20_000),
  });
  expect(stdout.trim().split("\n").toSorted()).toEqual(["ONLY=this", `PATH=${PATH}`]);
});

test("standard input is the text given, or empty", async () => {
  expect((await sh("cat", { stdin: "a\nb" })).stdout).toBe("a\nb");
  expect((await sh("cat")).stdout).toBe("");
});

test("it runs where it is told to", async () => {
  expect((await sh("pwd -P", { cwd: folder })).stdout).toBe(`${folder}\n`);
});

test("arguments reach no shell", async () => {
  const signal = AbortSignal.timeout(20_000);
  const { stdout } = await run("printf", ["%s", "$(id); `id` 'x'"], {
    env: { PATH },
    timeout: 20_000,
    signal,
  });
  expect(stdout).toBe("$(id); `id` 'x'");
});

test("a program that is missing, too slow, too talkative or killed is a refusal that says so", async () => {
  const signal = AbortSignal.timeout(20_000);
  const missing = run("no-such-program", ["x"], { env: { PATH }, timeout: 20_000, signal });
  expect(await stepProblem(missing)).toBe("no-such-program is not installed on moot's machine.");
  expect(await stepProblem(sh("sleep 60", { timeout: 200 }))).toBe("it did not end within 0.2 s.");
  expect(await stepProblem(sh("yes", { maxBuffer: 1000 }))).toBe("it said more than moot reads.");
  expect(await stepProblem(sh("kill -9 $$"))).toBe("it was killed (SIGKILL).");
});

test("an abort ends the program and all that it started, with the abort's own reason", async () => {
  const stop = new AbortController();
  const pids = join(folder, "pids");
  const script = `sh -c 'echo $$ >>${pids}; exec sleep 600' & echo $$ >>${pids}; wait`;
  const running = sh(script, { signal: stop.signal });
  const started = await vi.waitUntil(async () => {
    const lines = (await readFile(pids, "utf8").catch(() => "")).trim().split("\n");
    return lines.length === 2 ? lines.map(Number) : undefined;
  });
  stop.abort(new Error("cancelled by ana"));
  await expect(running).rejects.toThrow("cancelled by ana");
  await vi.waitUntil(async () => !(await Promise.all(started.map(isAlive))).includes(true));
  await expect(sh("true", { signal: stop.signal })).rejects.toThrow("cancelled by ana");
});

test("a program that ignores the request to end is killed", async () => {
  const stop = new AbortController();
  const ready = join(folder, "ready");
  const running = sh(`trap '' TERM; touch ${ready}; while :; do sleep 0.1; done`, {
    signal: stop.signal,
  });
  await vi.waitUntil(() =>
    readFile(ready, "utf8").then(
      () => true,
      () => false,
    ),
  );
  stop.abort(new Error("enough"));
  await expect(running).rejects.toThrow("enough");
});
