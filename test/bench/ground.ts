// What the rows stand on, each part brought up when the first row asks for it, and all of it taken down at the end.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  closeTestbed,
  openSynapse,
  openTestbed,
  type Synapse,
  type Testbed,
} from "../testbed/index.ts";

const NAME = "moot-bench";
const PORT = 18028;

export class Ground implements AsyncDisposable {
  readonly say: (line: string) => void;
  #testbed: Promise<Testbed> | undefined;
  #synapse: Promise<Synapse> | undefined;
  readonly #folders: string[] = [];

  constructor(say: (line: string) => void) {
    this.say = say;
  }

  /** Two hosts, `one` and `two`. */
  async testbed(): Promise<Testbed> {
    const hosts = ["one", "two"];
    this.#testbed ??= openTestbed({ name: NAME, subnet: "10.80.0", hosts, say: this.say });
    return this.#testbed;
  }

  /** Without rate limits, which would be all that is measured. */
  async synapse(): Promise<Synapse> {
    this.#synapse ??= openSynapse({ name: NAME, port: PORT, limits: "raised", say: this.say });
    return this.#synapse;
  }

  /** A new folder that goes with the ground. */
  async folder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), "moot-bench-"));
    this.#folders.push(folder);
    return folder;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled([this.#testbed, this.#synapse]);
    if (this.#testbed !== undefined || this.#synapse !== undefined) await closeTestbed(NAME);
    for (const folder of this.#folders) await rm(folder, { recursive: true, force: true });
  }
}
