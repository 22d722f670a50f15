// Remembers what a testbed started, before it runs, so that the next run can end what a killed one left.
import { once } from "node:events";
import { spawn } from "node:child_process";
import { mkdir, open, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { untilTrue } from "./wait.ts";

/** A process is known by its id together with its start: ids are used again, also after a reboot. */
const entrySchema = z.object({ pid: z.number(), started: z.string(), boot: z.string() });
type Entry = z.infer<typeof entrySchema>;

export class Ledger {
  readonly #folder: string;

  /** `folder` holds one file for each thing that was started. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Starts a program that outlives us; its output goes to `log`. Returns its process id. */
  async start(name: string, argv: readonly string[], log: string): Promise<number> {
    await mkdir(this.#folder, { recursive: true });
    const output = await open(log, "a");
    // The child waits for a word on its standard input: killed before the entry is written, we leave nothing running.
    const child = spawn("sh", ["-c", 'read -r go && exec "$@" </dev/null', "sh", ...argv], {
      detached: true,
      stdio: ["pipe", output.fd, output.fd],
    });
    await once(child, "spawn");
    await output.close();
    if (child.pid === undefined || child.stdin === null) throw new Error(`no process for ${name}`);
    await this.#write(name, child.pid);
    child.stdin.end("go\n");
    child.unref();
    return child.pid;
  }

  /** The process id of what was started under this name, if that still runs. */
  async running(name: string): Promise<number | undefined> {
    const entry = await this.#read(name);
    return entry !== undefined && (await isAlive(entry)) ? entry.pid : undefined;
  }

  /** The names of everything started and not stopped, alive or not. */
  async names(): Promise<readonly string[]> {
    const files = await readdir(this.#folder).catch(() => []);
    return files.filter((file) => file.endsWith(".json")).map((file) => file.slice(0, -5));
  }

  /** Ends it and all it holds; `gently` lets it tidy up first. Does nothing where it does not run. */
  async stop(name: string, how: "gently" | "at once" = "at once"): Promise<void> {
    const entry = await this.#read(name);
    if (entry === undefined) return;
    const isGone = async (): Promise<boolean> => !(await isAlive(entry));
    if (how === "gently" && (await signalChildren(entry, "SIGTERM"))) {
      await untilTrue(`${name} to end`, 10, isGone).catch(() => undefined);
    }
    // Its child is the first process of a namespace: with that one the kernel ends all others in there.
    await signalChildren(entry, "SIGKILL");
    await untilTrue(`${name} to die`, 2, isGone).catch(() => undefined);
    if (await isAlive(entry)) process.kill(entry.pid, "SIGKILL");
    await untilTrue(`${name} to die`, 5, isGone);
    await rm(this.#file(name), { force: true });
  }

  async #write(name: string, pid: number): Promise<void> {
    const started = await startTime(pid);
    if (started === undefined) throw new Error(`${name} ended before it began`);
    const entry: Entry = { pid, started, boot: await bootId() };
    await writeFile(`${this.#file(name)}.new`, JSON.stringify(entry));
    await rename(`${this.#file(name)}.new`, this.#file(name));
  }

  async #read(name: string): Promise<Entry | undefined> {
    const text = await readFile(this.#file(name), "utf8").catch(() => undefined);
    return text === undefined ? undefined : entrySchema.parse(JSON.parse(text));
  }

  #file(name: string): string {
    return join(this.#folder, `${name}.json`);
  }
}

async function isAlive(entry: Entry): Promise<boolean> {
  return (await startTime(entry.pid)) === entry.started && (await bootId()) === entry.boot;
}

async function signalChildren(entry: Entry, signal: NodeJS.Signals): Promise<boolean> {
  if (!(await isAlive(entry))) return false;
  const children = await childrenOf(entry.pid);
  for (const child of children) process.kill(child, signal);
  return children.length > 0;
}

/** The direct children of a process. */
export async function childrenOf(pid: number): Promise<readonly number[]> {
  const file = `/proc/${String(pid)}/task/${String(pid)}/children`;
  const text = await readFile(file, "utf8").catch(() => "");
  return text.split(" ").filter(Boolean).map(Number);
}

/** Clock ticks from boot to the start of a process; undefined where there is none, or only its remains. */
async function startTime(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${String(pid)}/stat`, "utf8").catch(() => undefined);
  // The second field is the program's name in brackets and may hold anything: count from its end.
  const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields === undefined || fields[0] === "Z" ? undefined : fields[19];
}

async function bootId(): Promise<string> {
  return (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim();
}
