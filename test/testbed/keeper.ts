// A machine that keeps repositories of backups: a folder of a host, served over SFTP by its sshd and over HTTP by rclone.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TestHost } from "./host.ts";
import { ensureRclone } from "./tools.ts";
import { untilTrue } from "./wait.ts";

/** Who logs in over HTTP. */
export const KEEPER_LOGIN = { user: "moot", password: "only-for-this-testbed" } as const;

const PORTS = { full: 8001, appendOnly: 8002 } as const;

export interface Keeper {
  /** The folder below which repositories stand, on the host. */
  readonly folder: string;
  /** `sftp:…` of a repository below the folder. */
  sftp(name: string): string;
  /** `rest:…` of one; an append-only one lets nobody remove anything. */
  rest(name: string, how: keyof typeof PORTS): string;
  /** The private key for SFTP. */
  readonly key: string;
  readonly hostKey: string;
}

/** Brings it up on a host, or adopts what runs there. */
export async function openKeeper(
  host: TestHost,
  folder: string,
  say: (line: string) => void,
): Promise<Keeper> {
  const rclone = await ensureRclone(say);
  await mkdir(folder, { recursive: true });
  const login = join(folder, "login.env");
  await writeFile(
    login,
    `RCLONE_USER=${KEEPER_LOGIN.user}\nRCLONE_PASS=${KEEPER_LOGIN.password}\n`,
    { mode: 0o600 },
  );
  const answers = async (port: number): Promise<boolean> =>
    fetch(`http://${host.address}:${port}/config`, { signal: AbortSignal.timeout(2_000) }).then(
      ({ status }) => status === 401,
      () => false,
    );
  for (const [how, port] of Object.entries(PORTS)) {
    if (await answers(port)) continue;
    const flags = how === "appendOnly" ? "--append-only" : "";
    const serve = `${rclone} serve restic --addr ${host.address}:${port} ${flags} ${folder}`;
    const script = `set -a; . ${login}; HOME=/run setsid ${serve} </dev/null >>${folder}/${how}.log 2>&1 &`;
    await host.exec("sh", "-c", script);
    await untilTrue(`rclone on port ${port}`, 20, () => answers(port));
  }
  return {
    folder,
    sftp: (name) => `sftp:${host.ssh.user}@${host.address}:${join(folder, name)}`,
    rest: (name, how) => `rest:http://${host.address}:${PORTS[how]}/${name}`,
    key: await readFile(host.ssh.keyFile, "utf8"),
    hostKey: host.ssh.hostKey,
  };
}
