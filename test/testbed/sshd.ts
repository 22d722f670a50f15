// Runs sshd in a space, with a host key of its own that can be replaced.
import { existsSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { execa } from "execa";
import type { Space } from "./space.ts";
import { untilTrue } from "./wait.ts";

export interface SshdOptions {
  readonly space: Space;
  readonly folder: string;
  readonly address: string;
  /** The public keys that may log in as root. */
  readonly authorizedKeys: string;
}

export class Sshd {
  readonly #options: SshdOptions;

  constructor(options: SshdOptions) {
    this.#options = options;
  }

  /** Starts it where it does not answer. */
  async start(): Promise<void> {
    if (await this.#answers()) return;
    await this.stop();
    if (!existsSync(`${this.#keyFile}.pub`)) await makeKey(this.#keyFile);
    if (!existsSync(this.#configFile)) await this.#configure("yes");
    const { space, folder } = this.#options;
    await space.exec("mkdir", "-p", "/run/sshd");
    await space.daemon(
      join(folder, "sshd.log"),
      "/usr/sbin/sshd",
      "-D",
      "-e",
      "-f",
      this.#configFile,
    );
    await untilTrue(`sshd of ${folder}`, 10, () => this.#answers());
  }

  /** Ends it with the connections that it holds; nobody listens any more when this resolves. */
  async stop(): Promise<void> {
    // By name, but nobody else's processes can be seen in there.
    const kill = ["busybox", "killall", "-q", "-KILL", "sshd"];
    const { space, folder } = this.#options;
    await space.exec(...kill).catch(() => undefined);
    await untilTrue(`sshd of ${folder} to be gone`, 10, async () => !(await this.#answers()));
  }

  /** Whether clients may have unix sockets and ports forwarded; cuts the connections there are. */
  async allowForwarding(allowed: boolean): Promise<void> {
    await this.#configure(allowed ? "yes" : "no");
    await this.stop();
    await this.start();
  }

  /** A new host key; returns its public line. */
  async replaceKey(): Promise<string> {
    await this.stop();
    await makeKey(this.#keyFile);
    await this.start();
    return this.publicKey();
  }

  /** "ssh-ed25519 AAAA…" */
  async publicKey(): Promise<string> {
    return publicLine(await readFile(`${this.#keyFile}.pub`, "utf8"));
  }

  get #keyFile(): string {
    return join(this.#options.folder, "ssh_host_ed25519_key");
  }

  get #configFile(): string {
    return join(this.#options.folder, "sshd_config");
  }

  async #configure(forwarding: "yes" | "no"): Promise<void> {
    const lines = [
      `ListenAddress ${this.#options.address}:22`,
      `HostKey ${this.#keyFile}`,
      `AuthorizedKeysFile ${this.#options.authorizedKeys}`,
      `AllowStreamLocalForwarding ${forwarding}`,
      `AllowTcpForwarding ${forwarding}`,
      "PermitRootLogin prohibit-password",
      "PasswordAuthentication no",
      "KbdInteractiveAuthentication no",
      "UsePAM no",
      "StrictModes no",
      "Subsystem sftp internal-sftp",
      // bash takes this for a shell within a shell and reads no .bashrc, which is this machine's: one that takes a lock left it behind when it was killed, and all that came later waited a minute for it.
      "SetEnv SHLVL=1",
      "PidFile /run/sshd.pid",
    ];
    await writeFile(this.#configFile, `${lines.join("\n")}\n`);
  }

  async #answers(): Promise<boolean> {
    const socket = connect({ host: this.#options.address, port: 22, timeout: 1000 });
    return new Promise((resolve) => {
      const answer = (there: boolean) => () => {
        socket.destroy();
        resolve(there);
      };
      socket.once("data", answer(true)).once("error", answer(false)).once("timeout", answer(false));
    });
  }
}

/** Makes an ed25519 key pair without a passphrase, in place of one that may be there. */
export async function makeKey(file: string): Promise<void> {
  await rm(file, { force: true });
  await rm(`${file}.pub`, { force: true });
  await execa("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "testbed", "-f", file]);
}

/** Type and key of a public key file, without its comment. */
function publicLine(file: string): string {
  return file.trim().split(" ").slice(0, 2).join(" ");
}
