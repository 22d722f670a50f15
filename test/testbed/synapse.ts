// Runs a real homeserver: Synapse in a root file system of its own, on one port of this machine.
import { createHmac, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { childrenOf, type Ledger } from "./ledger.ts";
import { ensurePackages } from "./packages.ts";
import { homeserverConfig, type Limits } from "./synapse-config.ts";
import { ensureSynapseRootfs } from "./synapse-rootfs.ts";
import { folderOf, ledgerOf, locked } from "./testbed.ts";
import { until, untilTrue } from "./wait.ts";

export interface SynapseOptions {
  /** The testbed it belongs to; closing that ends it. */
  readonly name: string;
  readonly port: number;
  /** "default" are those that users have: 0.2 messages a second. */
  readonly limits?: Limits;
  readonly say: (line: string) => void;
}

export interface Account {
  readonly userId: string;
  readonly accessToken: string;
  readonly deviceId: string;
}

/** Brings it up, or adopts the one that runs with the same settings. */
export async function openSynapse(options: SynapseOptions): Promise<Synapse> {
  const { name, port, limits = "raised", say } = options;
  await ensurePackages(say);
  const rootfs = await ensureSynapseRootfs(say);
  return locked(`${name}-synapse`, async () => {
    const folder = join(folderOf(name), "synapse");
    await mkdir(folder, { recursive: true });
    const synapse = new Synapse(ledgerOf(name), { folder, rootfs, port });
    await synapse.start(limits);
    return synapse;
  });
}

export class Synapse {
  readonly serverName = "moot.test";
  /** "http://127.0.0.1:8008" */
  readonly url: string;
  readonly #ledger: Ledger;
  readonly #place: { readonly folder: string; readonly rootfs: string; readonly port: number };
  #limits: Limits = "raised";

  constructor(ledger: Ledger, place: { folder: string; rootfs: string; port: number }) {
    this.#ledger = ledger;
    this.#place = place;
    this.url = `http://127.0.0.1:${String(place.port)}`;
  }

  /** Starts it with these limits (by default, those of the last start); one that has others is stopped before. */
  async start(limits: Limits = this.#limits): Promise<void> {
    this.#limits = limits;
    const { folder, rootfs, port } = this.#place;
    const file = join(folder, "homeserver.yaml");
    const config = homeserverConfig(this.serverName, port, await this.#secret(), limits);
    if ((await readFile(file, "utf8").catch(() => "")) !== config) await this.stop();
    await writeFile(file, config);
    if ((await this.#ledger.running("synapse")) === undefined) {
      const apart = ["--mount", "--pid", "--fork", "--mount-proc", "--kill-child"];
      const script = `
        mount --rbind /dev "$1/dev" && mount -t proc proc "$1/proc" && mount -t tmpfs tmpfs "$1/tmp" &&
        mount --bind "$2" "$1/data" &&
        exec chroot "$1" python3 -m synapse.app.homeserver --config-path /data/homeserver.yaml`;
      const init = ["/usr/bin/tini-static", "-s", "--"];
      const argv = ["unshare", ...apart, ...init, "sh", "-c", script, "sh", rootfs, folder];
      await this.#ledger.start("synapse", argv, join(folder, "synapse.log"));
    }
    await untilTrue(`Synapse on port ${String(port)}`, 60, () => this.#answers());
  }

  /** Stops it as an orderly machine does. */
  async stop(): Promise<void> {
    await this.#ledger.stop("synapse", "gently");
  }

  /** The process id of Synapse itself, for measuring it. */
  async pid(): Promise<number> {
    return until("Synapse", 5, async () => {
      const [init] = await childrenOf((await this.#ledger.running("synapse")) ?? 0);
      return (await childrenOf(init ?? 0))[0];
    });
  }

  /** Makes a user, or logs in one that is there; each call is a new device. */
  async register(
    localpart: string,
    password: string,
    as: { admin?: boolean } = {},
  ): Promise<Account> {
    const admin = as.admin ?? false;
    const path = "/_synapse/admin/v1/register";
    const { nonce } = z
      .object({ nonce: z.string() })
      .parse(await (await fetch(this.url + path)).json());
    const words = [nonce, localpart, password, admin ? "admin" : "notadmin"];
    const mac = createHmac("sha1", await this.#secret())
      .update(words.join("\0"))
      .digest("hex");
    const made = await this.#post(path, { nonce, username: localpart, password, admin, mac });
    if (made.status !== 400) return accountOf(made);
    return accountOf(
      await this.#post("/_matrix/client/v3/login", {
        type: "m.login.password",
        identifier: { type: "m.id.user", user: localpart },
        password,
      }),
    );
  }

  async #post(path: string, body: unknown): Promise<Response> {
    return fetch(this.url + path, { method: "POST", body: JSON.stringify(body) });
  }

  /** What proves that it is us who register users. */
  async #secret(): Promise<string> {
    const file = join(this.#place.folder, "registration_secret");
    if (!existsSync(file)) {
      await writeFile(file, randomBytes(32).toString("hex"), { mode: 0o600 });
      const key = randomBytes(32).toString("base64").replace("=", "");
      await writeFile(join(this.#place.folder, "signing.key"), `ed25519 testbed ${key}\n`);
    }
    return readFile(file, "utf8");
  }

  async #answers(): Promise<boolean> {
    return fetch(`${this.url}/_matrix/client/versions`, { signal: AbortSignal.timeout(2000) }).then(
      ({ ok }) => ok,
      () => false,
    );
  }
}

const account = z.object({ user_id: z.string(), access_token: z.string(), device_id: z.string() });

async function accountOf(answer: Response): Promise<Account> {
  if (!answer.ok) throw new Error(`no account: ${String(answer.status)} ${await answer.text()}`);
  const {
    user_id: userId,
    access_token: accessToken,
    device_id: deviceId,
  } = account.parse(await answer.json());
  return { userId, accessToken, deviceId };
}
