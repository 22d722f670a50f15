// A small machine of its own: namespaces for network, processes, mounts and host name, which end together.
import { readFile } from "node:fs/promises";
import { execa } from "execa";
import { childrenOf, type Ledger } from "./ledger.ts";
import { untilTrue } from "./wait.ts";

const namespaces = ["--net", "--uts", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child"];
const init = ["/usr/bin/tini-static", "-s", "--"];

export class Space {
  readonly pid: number;

  private constructor(pid: number) {
    this.pid = pid;
  }

  /** Opens the space of that name and prepares it; one that runs and was prepared to the end is taken as it is. */
  static async open(
    ledger: Ledger,
    name: string,
    log: string,
    prepare: (space: Space) => Promise<void>,
  ): Promise<Space> {
    const running = await ledger.running(name);
    if (running !== undefined) {
      const space = new Space(running);
      if (await space.#isPrepared()) return space;
    }
    await ledger.stop(name);
    const argv = ["unshare", ...namespaces, ...init, "sleep", "infinity"];
    const space = new Space(await ledger.start(name, argv, log));
    await untilTrue(`${name} to come up`, 5, () => space.#isUp());
    // A private /run: sockets, pid files and locks of the daemons in here are nobody else's.
    await space.exec("sh", "-c", "umount -R /run/netns 2>/dev/null; mount -t tmpfs tmpfs /run");
    await space.exec("ip", "link", "set", "lo", "up");
    await prepare(space);
    await space.exec("touch", "/run/prepared");
    return space;
  }

  /** Runs a command inside and returns what it prints. */
  async exec(...argv: readonly string[]): Promise<string> {
    const target = String(this.pid);
    const inside = ["--net", "--uts", "--mount", `--pid=/proc/${target}/ns/pid_for_children`];
    const { stdout } = await execa("nsenter", ["--target", target, ...inside, ...argv]);
    return stdout;
  }

  /** Starts a daemon inside that outlives us; its output is added to `log`. */
  async daemon(log: string, ...argv: readonly string[]): Promise<void> {
    await this.exec(
      "sh",
      "-c",
      'log="$1"; shift; setsid "$@" </dev/null >>"$log" 2>&1 &',
      "sh",
      log,
      ...argv,
    );
  }

  async #isUp(): Promise<boolean> {
    const [first] = await childrenOf(this.pid);
    if (first === undefined) return false;
    const program = await readFile(`/proc/${String(first)}/comm`, "utf8").catch(() => "");
    return program.startsWith("tini");
  }

  async #isPrepared(): Promise<boolean> {
    return this.exec("test", "-e", "/run/prepared").then(
      () => true,
      () => false,
    );
  }
}
