// A whole moot in an encrypted room, as its users run it: a config, a process, and no servers to act on.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { MootProcess, runVerb } from "../e2e/moot-process.ts";
import { PASSWORD } from "./matrix-stage.ts";
import type { CryptoStage } from "./crypto-stage.ts";

export interface MootOptions {
  /** Full IDs of those who may do everything, beside cem. */
  readonly keepers?: readonly string[];
  /** The config's section of matrix, where it says more. */
  readonly matrix?: Readonly<Record<string, unknown>>;
}

export class CryptoMoot implements AsyncDisposable {
  readonly moot: MootProcess;
  readonly folder: string;

  private constructor(moot: MootProcess, folder: string) {
    this.moot = moot;
    this.folder = folder;
  }

  get database(): string {
    return join(this.folder, "moot.db");
  }

  /** Written down; not started yet. */
  static async prepare(stage: CryptoStage, options: MootOptions = {}): Promise<CryptoMoot> {
    const folder = join(stage.folder, "whole");
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const secret = async (name: string, text: string): Promise<{ readonly file: string }> => {
      const file = join(folder, name);
      await writeFile(file, text, { mode: 0o600 });
      return { file };
    };
    const keepers = [stage.cem.user, ...(options.keepers ?? [])];
    const settings = {
      matrix: {
        homeserver: stage.cast.synapse.url,
        user: stage.bot,
        password: await secret("password", PASSWORD),
        storeKey: await secret("store-key", "a long random text for tests alone"),
        rooms: { [stage.room]: { servers: ["*"], alerts: false } },
        ...options.matrix,
      },
      roles: { keeper: { may: ["help", "whoami", "roles", "approve", "grant", "audit"] } },
      members: Object.fromEntries(keepers.map((user) => [user, ["keeper"]])),
      abra: { dir: join(folder, "abra") },
      storage: { database: join(folder, "moot.db") },
      console: { socket: join(folder, "moot.sock") },
    };
    await mkdir(join(folder, "abra", "servers"), { recursive: true });
    const config = join(folder, "bot.config.yaml");
    await writeFile(config, stringify(settings), { mode: 0o600 });
    const moot = new MootProcess(runVerb(config), join(folder, "moot.log"));
    return new CryptoMoot(moot, folder);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.moot.kill("SIGTERM");
  }
}
