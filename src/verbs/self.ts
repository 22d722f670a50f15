// Gathers what moot is, so that it can live again elsewhere: memory, config, secrets and env files, with a script that puts them back.
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { openSelf, type SelfOptions } from "../backup/self.ts";
import type { Config } from "../config.ts";
import { secretsIn } from "../config/secrets.ts";
import { errnoOf } from "../core/errno.ts";
import { Refusal } from "../core/errors.ts";
import type { Ledger } from "../core/ledger.ts";
import type { Apps } from "../core/ports.ts";
import type { SelfVault } from "../core/self.ts";
import { putBackScript } from "../words/put-back.ts";
import { openLedger } from "../../storage/ledger.ts";
import type { Secrets } from "./secrets.ts";
import { accessOf } from "./vaults.ts";

interface Parts {
  readonly ledger: Ledger;
  readonly apps: Apps;
  readonly secrets: Secrets;
}

/** Undefined where the config names no place. */
export async function openSelfIfAsked(
  config: Config,
  parts: Parts,
): Promise<SelfVault | undefined> {
  const self = config.backups?.self;
  if (self === undefined) return undefined;
  return openSelf({
    ...selfAccess(self, parts.secrets),
    restic: config.tools.restic,
    folder: join(dirname(config.storage.database), "self"),
    fill: (folder, signal) => gather(config, parts, folder, signal),
  });
}

type SelfSettings = NonNullable<NonNullable<Config["backups"]>["self"]>;

export function selfAccess(
  self: SelfSettings,
  secrets: Secrets,
): Pick<SelfOptions, "access" | "password"> {
  return { access: accessOf(self, secrets), password: () => secrets.reveal(self.password) };
}

/** Below it each file stands under the path that it has on the machine. */
const FILES = "files";

async function gather(
  config: Config,
  { ledger, apps }: Parts,
  folder: string,
  signal: AbortSignal,
): Promise<string> {
  const { database } = config.storage;
  const place = (path: string): string => join(folder, FILES, path);
  await mkdir(dirname(place(database)), { recursive: true, mode: 0o700 });
  await ledger.copyTo(place(database));
  requireWhole(place(database));
  const files = [config.file, ...secretFiles(config), ...hostFiles(config)];
  for (const path of new Set(files)) await copy(path, place(path));
  const envs = await apps.list(signal);
  for (const { path, text } of envs) await write(place(path), text);
  const names = [database, ...new Set([...files, ...envs.map(({ path }) => path)])];
  const variables = secretsIn(config).flatMap(({ place: at }) =>
    at.kind === "env" ? [at.name] : [],
  );
  const script = putBackScript({ folder: FILES, files: names, variables, config: config.file });
  await writeFile(join(folder, "put-back.sh"), script, { mode: 0o700 });
  return join(FILES, database);
}

const TRAIL = 2_000;

/** A copy that does not open, or whose trail is broken, brings nobody back. */
function requireWhole(copied: string): void {
  const ledger = openLedger(copied);
  try {
    const found = ledger.audit.check(TRAIL);
    if (found === undefined) return;
    const problem = `the audit trail in the copy is broken at entry ${found.id}`;
    throw new Refusal({ kind: "step-failed", step: "copy the database", problem });
  } finally {
    ledger.close();
  }
}

function secretFiles(config: Config): readonly string[] {
  return secretsIn(config).flatMap(({ place }) => (place.kind === "file" ? [place.path] : []));
}

function hostFiles({ servers }: Config): readonly string[] {
  return [...servers.values()].flatMap((server) =>
    "knownHosts" in server ? [server.knownHosts] : [],
  );
}

async function copy(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  try {
    await copyFile(from, to);
  } catch (error) {
    const why = errnoOf(error) ?? String(error);
    const problem = `${from} cannot be read (${why})`;
    throw new Refusal({ kind: "step-failed", step: "copy moot's files", problem }, error);
  }
}

async function write(to: string, text: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  await writeFile(to, text, { mode: 0o600 });
}
