// Watches every process that another one starts, for what stands in its arguments and its environment.
import { readdir, readFile } from "node:fs/promises";
import { setImmediate as turn } from "node:timers/promises";

export interface Child {
  readonly argv: string;
  readonly environ: string;
}

/** Looks as often as it can until disposed of; children that live for less than a look may be missed. */
export class ChildWatch implements AsyncDisposable {
  readonly #seen = new Map<string, Child>();
  readonly #looking: Promise<void>;
  #isOver = false;

  constructor(pid: number) {
    this.#looking = this.#look(pid);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    await this.#looking;
  }

  /** Each once, by what it was given. */
  seen(): readonly Child[] {
    return [...this.#seen.values()];
  }

  async #look(pid: number): Promise<void> {
    while (!this.#isOver) {
      for (const child of await descendants(pid)) {
        const argv = await read(child, "cmdline");
        const environ = await read(child, "environ");
        // It may have become another program between the two, or have ended.
        const isSame = (await read(child, "cmdline")) === argv && argv !== "";
        if (isSame) this.#seen.set(`${argv}\n${environ}`, { argv, environ });
      }
      await turn();
    }
  }
}

async function descendants(pid: number): Promise<readonly number[]> {
  const tasks = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = await Promise.all(
    tasks.map((task) => readFile(`/proc/${pid}/task/${task}/children`, "utf8").catch(() => "")),
  );
  const children = lists.join(" ").split(/\s+/).filter(Boolean).map(Number);
  return [...children, ...(await Promise.all(children.map(descendants))).flat()];
}

/** A process that has just ended has nothing to read. */
async function read(pid: number, file: "cmdline" | "environ"): Promise<string> {
  const text = await readFile(`/proc/${pid}/${file}`, "utf8").catch(() => "");
  return text.replaceAll("\0", " ");
}
