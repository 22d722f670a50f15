// A moot running as a process of its own, as its users run it: started, killed and started again.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

const MAIN = join(import.meta.dirname, "../../src/main.ts");

/** What Node is given to run moot with this config. */
export function runVerb(config: string): readonly string[] {
  return [MAIN, "run", "--config", config];
}

export class MootProcess {
  readonly #argv: readonly string[];
  readonly #log: string;
  readonly #env: NodeJS.ProcessEnv;
  #child: ChildProcess | undefined;
  /** Every line it logged, over all its lives. */
  readonly lines: string[] = [];
  readonly #waiting = new Set<() => void>();

  /** `log` is the file its output goes to; `env` all that it knows of its surroundings. */
  constructor(argv: readonly string[], log: string, env: NodeJS.ProcessEnv = process.env) {
    this.#argv = argv;
    this.#log = log;
    this.#env = env;
  }

  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error("moot does not run");
    return pid;
  }

  /** Resolves when it says that it is ready. */
  async start(env: NodeJS.ProcessEnv = this.#env): Promise<void> {
    // Its input ends when we do, however that comes; the demo's moot then ends too.
    const child = spawn(process.execPath, this.#argv, { stdio: "pipe", env });
    this.#child = child;
    const file = createWriteStream(this.#log, { flags: "a" });
    child.stdout.pipe(file);
    child.stderr.pipe(file);
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        this.lines.push(line);
        for (const look of this.#waiting) look();
      });
    }
    const from = this.lines.length;
    const ended = once(child, "exit").then(() => {
      throw new Error(`moot ended before it was ready:\n${this.lines.slice(from).join("\n")}`);
    });
    await Promise.race([this.logged('"msg":"ready"', from), ended]);
    ended.catch(() => undefined);
  }

  /** Waits for a line that holds the words. */
  async logged(words: string, from = 0): Promise<string> {
    for (;;) {
      const line = this.lines.slice(from).find((one) => one.includes(words));
      if (line !== undefined) return line;
      await new Promise<void>((resolve) => {
        const look = (): void => {
          this.#waiting.delete(look);
          resolve();
        };
        this.#waiting.add(look);
      });
    }
  }

  /** Resolves when it has ended by itself, with the signal that ended it. */
  async ended(): Promise<NodeJS.Signals | null> {
    const child = this.#child;
    if (child === undefined) throw new Error("moot does not run");
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    return child.signalCode;
  }

  /** Its exit code, or the signal that ended it. */
  async kill(signal: NodeJS.Signals = "SIGKILL"): Promise<number | NodeJS.Signals | null> {
    const child = this.#child;
    if (child === undefined) return null;
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, "exit");
      child.kill(signal);
      await ended;
      this.#child = undefined;
    }
    return child.exitCode ?? child.signalCode;
  }
}
