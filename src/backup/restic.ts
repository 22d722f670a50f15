// Runs restic once, wherever it runs, and turns a bad end into a refusal.
import type { ExecFile } from "../core/exec.ts";
import { Refusal } from "../core/errors.ts";
import type { ServerName } from "../core/ids.ts";
import type { OneshotMount } from "../core/oneshot.ts";
import type { VaultSide } from "../core/vault-errors.ts";
import { Complaints, EXIT, refusalOf } from "./complaints.ts";
import { hearAll, linesTo } from "./lines.ts";

/** One run as its place sees it. */
export interface Run {
  readonly words: readonly string[];
  readonly out: (chunk: Uint8Array) => void;
  readonly err: (chunk: Uint8Array) => void;
  readonly with?: RunWith;
  /** On moot's machine: where it runs. */
  readonly cwd?: string;
}

/** What a run in a container needs beside the repository. */
export interface RunWith {
  readonly name: string;
  /** Absent: the manager that moot speaks to. */
  readonly node?: string;
  readonly files: readonly ExecFile[];
  readonly mounts: readonly OneshotMount[];
  readonly capabilities: readonly string[];
}

/** Somewhere restic can be run: `words` stand behind those that lead to the repository. Returns the exit code. */
export interface Ground {
  readonly side: VaultSide;
  /** The repository's as this side sees it, without a password. */
  readonly address: string;
  run(run: Run, signal: AbortSignal): Promise<number>;
  /** Removes all that is in the folder; with the mounts of the place, and without the repository. */
  empty(folder: string, place: RunWith, signal: AbortSignal): Promise<void>;
  /** What `restic version` says, where that run would be; undefined where there is none. */
  version(place: RunWith | undefined, signal: AbortSignal): Promise<string | undefined>;
}

/** Restic at one of its places. */
export interface Station {
  readonly restic: Restic;
  readonly ground: Ground;
}

export interface Asked {
  readonly command: string;
  readonly words: readonly string[];
  /** Exit codes that are answers. */
  readonly ends?: readonly number[];
  /** A line of standard output. */
  readonly told?: (line: string) => void;
  /** Standard output as it comes, in the place of lines. */
  readonly out?: (chunk: Uint8Array) => void;
  readonly with?: RunWith;
  readonly cwd?: string;
}

export interface Answered {
  readonly exitCode: number;
  readonly complaints: Complaints;
}

export interface Patience {
  /** How long to wait for somebody else's lock, as restic writes it: `2m`. */
  readonly lock: string;
  /** Milliseconds: when restic would pause longer than this before it tries again, it is stopped. It would go on for 15 minutes. */
  readonly pause: number;
}

export const PATIENCE: Patience = { lock: "2m", pause: 30_000 };

const OLDEST = { major: 0, minor: 17 };

export class Restic {
  readonly #server: ServerName;
  readonly #patience: Patience;
  readonly #fit = new Set<Ground>();

  constructor(server: ServerName, patience: Patience) {
    this.#server = server;
    this.#patience = patience;
  }

  /** A lock whose owner is known to be dead is removed, and restic asked again. */
  async ask(ground: Ground, asked: Asked, signal: AbortSignal): Promise<Answered> {
    await this.#proveFit(ground, asked.with, signal);
    const answered = await this.#once(ground, asked, signal);
    if (answered.exitCode !== EXIT.locked) return this.#accepted(ground, asked, answered);
    const unlock = { command: "unlock", words: [] };
    this.#accepted(ground, unlock, await this.#once(ground, unlock, signal));
    return this.#accepted(ground, asked, await this.#once(ground, asked, signal));
  }

  /** All that it says, in one piece. */
  async answer(
    ground: Ground,
    asked: Pick<Asked, "command" | "words">,
    signal: AbortSignal,
  ): Promise<string> {
    const { hear: out, said } = hearAll();
    await this.ask(ground, { ...asked, out }, signal);
    return said();
  }

  #accepted(ground: Ground, asked: Asked, answered: Answered): Answered {
    const { exitCode } = answered;
    if ([0, ...(asked.ends ?? [])].includes(exitCode)) return answered;
    throw this.refusal(ground, asked.command, answered);
  }

  refusal({ side, address }: Ground, command: string, answered: Answered): Refusal {
    return refusalOf({ server: this.#server, side, address, command, ...answered });
  }

  async #once(ground: Ground, asked: Asked, signal: AbortSignal): Promise<Answered> {
    const given = new AbortController();
    const complaints = new Complaints(this.#patience.pause, () => given.abort(GIVEN_UP));
    const err = linesTo((line) => complaints.hear(line));
    const out = linesTo(asked.told ?? (() => undefined));
    const words = ["--json", "--retry-lock", this.#patience.lock, asked.command, ...asked.words];
    const run: Run = {
      words,
      out: asked.out ?? ((chunk) => out.add(chunk)),
      err: (chunk) => err.add(chunk),
      ...(asked.with !== undefined && { with: asked.with }),
      ...(asked.cwd !== undefined && { cwd: asked.cwd }),
    };
    try {
      const exitCode = await ground.run(run, AbortSignal.any([signal, given.signal]));
      out.end();
      err.end();
      return { exitCode, complaints };
    } catch (error) {
      signal.throwIfAborted();
      if (error !== GIVEN_UP) throw error;
      throw this.refusal(ground, asked.command, { exitCode: 1, complaints });
    }
  }

  async #proveFit(ground: Ground, place: RunWith | undefined, signal: AbortSignal): Promise<void> {
    if (this.#fit.has(ground)) return;
    const said = await ground.version(place, signal);
    const found = /restic (?<version>\d+\.\d+\.\d+)/.exec(said ?? "")?.groups?.["version"];
    if (found === undefined) throw new Refusal({ kind: "restic-unfit", side: ground.side });
    const [major = 0, minor = 0] = found.split(".").map(Number);
    const isOld = major === OLDEST.major && minor < OLDEST.minor;
    if (isOld) throw new Refusal({ kind: "restic-unfit", side: ground.side, found });
    this.#fit.add(ground);
  }
}

const GIVEN_UP = new Error("restic tried too long");
