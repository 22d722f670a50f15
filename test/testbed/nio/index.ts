// A member of a room whose client shares nothing with moot's: matrix-nio with libolm, from Debian, in a process of its own.
import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";
import { until, untilTrue } from "../wait.ts";

const answer = z.object({
  id: z.number(),
  answer: z.unknown().optional(),
  error: z.string().optional(),
});
const shown = z.object({
  event: z.string(),
  sender: z.string(),
  unreadable: z.string().optional(),
  type: z.string().optional(),
  content: z
    .looseObject({
      msgtype: z.string().optional(),
      body: z.string().optional(),
      "m.relates_to": z.looseObject({}).optional(),
      file: z.looseObject({ url: z.string() }).optional(),
    })
    .optional(),
  encrypted: z.boolean().optional(),
});
export type Shown = z.infer<typeof shown>;
const loggedIn = z.object({ device: z.string() });
const devices = z.record(z.string(), z.object({ ed25519: z.string(), curve25519: z.string() }));

export interface NioLogin {
  readonly url: string;
  readonly user: string;
  readonly password: string;
}

export class NioMember implements AsyncDisposable {
  readonly user: string;
  /** Of this client. */
  device = "";
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #store: string;
  readonly #waiting = new Map<number, (line: z.infer<typeof answer>) => void>();
  #asked = 0;

  private constructor(user: string, child: ChildProcessWithoutNullStreams, store: string) {
    this.user = user;
    this.#child = child;
    this.#store = store;
    createInterface({ input: child.stdout }).on("line", (line) => {
      const found = answer.parse(JSON.parse(line));
      this.#waiting.get(found.id)?.(found);
      this.#waiting.delete(found.id);
    });
  }

  /** A new device of the user. */
  static async login({ url, user, password }: NioLogin): Promise<NioMember> {
    const store = await mkdtemp(join(tmpdir(), "moot-nio-"));
    const program = join(import.meta.dirname, "member.py");
    // Debian's own interpreter, which finds Debian's packages.
    const child = spawn("/usr/bin/python3", [program], { stdio: ["pipe", "pipe", "pipe"] });
    child.stderr.pipe(process.stderr);
    const member = new NioMember(user, child, store);
    const found = await member.#call("login", { url, user, password, store });
    member.device = loggedIn.parse(found).device;
    return member;
  }

  async say(
    room: string,
    body: string,
    more: Readonly<Record<string, unknown>> = {},
  ): Promise<string> {
    return this.send(room, "m.room.message", { msgtype: "m.text", body, ...more });
  }

  async send(room: string, type: string, content: unknown): Promise<string> {
    return z.string().parse(await this.#call("send_event", { room, type, content }));
  }

  /** Waits until the client would encrypt for somebody in the room. */
  async knows(room: string, user: string): Promise<void> {
    const asked = async (): Promise<boolean> =>
      z.boolean().parse(await this.#call("knows", { room, user }));
    await untilTrue(`${this.user} to know ${user}`, 30, asked);
  }

  async newKey(room: string): Promise<void> {
    await this.#call("new_key", { room });
  }

  async holdKeys(): Promise<void> {
    await this.#call("hold_keys", {});
  }

  /** How many there were. */
  async releaseKeys(): Promise<number> {
    return z.number().parse(await this.#call("release_keys", {}));
  }

  async sees(room: string): Promise<readonly Shown[]> {
    return z.array(shown).parse(await this.#call("sees", { room }));
  }

  async seesOne(
    room: string,
    what: string,
    fits: (one: Shown) => boolean,
    seconds = 30,
  ): Promise<Shown> {
    return until(what, seconds, async () => (await this.sees(room)).find(fits));
  }

  async load(file: Readonly<Record<string, unknown>>): Promise<string> {
    return z.string().parse(await this.#call("load", { file }));
  }

  async devicesOf(user: string): Promise<z.infer<typeof devices>> {
    return devices.parse(await this.#call("devices", { user }));
  }

  /** The client stands still, as one that is asleep. */
  pause(): void {
    this.#child.kill("SIGSTOP");
  }

  resume(): void {
    this.#child.kill("SIGCONT");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    if (this.#child.exitCode === null && this.#child.signalCode === null)
      await once(this.#child, "exit");
    await rm(this.#store, { recursive: true, force: true });
  }

  async #call(act: string, words: Readonly<Record<string, unknown>>): Promise<unknown> {
    this.#asked += 1;
    const id = this.#asked;
    const { promise, resolve } = Promise.withResolvers<z.infer<typeof answer>>();
    this.#waiting.set(id, resolve);
    this.#child.stdin.write(`${JSON.stringify({ id, do: act, ...words })}\n`);
    const { answer: found, error } = await promise;
    if (error !== undefined) throw new Error(`${this.user} cannot ${act}: ${error}`);
    return found;
  }
}
