// A house that abra kept, in a temporary folder: six servers with ten apps each, docker contexts, known hosts and an ssh config.
import { createHash, createHmac } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export const HOST_KEY =
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGqV14C5PKm0dqLwdAQdlCdGiZSMVhmKNH7zDsVMDc1P";

export const PINNED = "1.0.0+1.0.0";
const APPS_EACH = 10;

export class TeamHouse implements AsyncDisposable {
  /** The home of whoever ran abra. */
  readonly home: string;

  private constructor(home: string) {
    this.home = home;
  }

  static async make(): Promise<TeamHouse> {
    const house = new TeamHouse(await mkdtemp(join(tmpdir(), "moot-house-")));
    await house.put(".ssh/id_ed25519", "a private key\n");
    return house;
  }

  get abra(): string {
    return join(this.home, ".abra");
  }

  get docker(): string {
    return join(this.home, ".docker");
  }

  async put(path: string, text: string): Promise<void> {
    const place = join(this.home, path);
    await mkdir(dirname(place), { recursive: true });
    await writeFile(place, text, { mode: 0o600 });
  }

  /** As `docker context create` does. */
  async context(name: string, endpoint: string): Promise<void> {
    const id = createHash("sha256").update(name).digest("hex");
    const meta = {
      Name: name,
      Metadata: {},
      Endpoints: { docker: { Host: endpoint, SkipTLSVerify: false } },
    };
    await this.put(`.docker/contexts/meta/${id}/meta.json`, JSON.stringify(meta));
  }

  /** Ten apps, each pinned. */
  async server(name: string): Promise<void> {
    for (const domain of appsOf(name)) {
      const text = `TYPE=hello:${PINNED}\n\nDOMAIN=${domain}\n`;
      await this.put(`.abra/servers/${name}/${domain}.env`, text);
    }
  }

  /** Every file with what it holds and when it was last written. */
  async everything(): Promise<readonly string[]> {
    const names = await readdir(this.home, { recursive: true });
    const files = names.sort().map(async (name) => {
      const { mtimeMs, mode } = await stat(join(this.home, name));
      const text = await readFile(join(this.home, name), "utf8").catch(() => "");
      return `${name} ${mode} ${mtimeMs} ${text}`;
    });
    return Promise.all(files);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.home, { recursive: true, force: true });
  }
}

export function appsOf(server: string): readonly string[] {
  return Array.from({ length: APPS_EACH }, (_, index) => `app${index}.${server}.example.coop`);
}

export function stackOf(domain: string): string {
  return domain.replaceAll(".", "_").slice(0, 45);
}

/** As ssh writes it with HashKnownHosts. */
export function hashed(name: string): string {
  const salt = Buffer.from("0123456789abcdefghij");
  const hash = createHmac("sha1", salt).update(name).digest("base64");
  return `|1|${salt.toString("base64")}|${hash} ${HOST_KEY}\n`;
}
