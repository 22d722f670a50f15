// Keeps moot's identity at the homeserver, encrypted, and the key to it in a file: a lost disk does not cost it.
import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { z } from "zod";
import type { CryptoStore } from "../../core/crypto-store.ts";
import type { Log } from "../../core/ports.ts";
import type { Content } from "../content.ts";
import { patiently, type Patience } from "../patience.ts";
import { Trouble } from "../trouble.ts";
import { v3, type Ask } from "../wire.ts";
import { type Machine } from "./machine.ts";
import { identityKeys, type IdentityKeys } from "./shapes.ts";
import {
  describeKey,
  formatRecoveryKey,
  idOf,
  parseRecoveryKey,
  seal,
  sealedSecret,
  unseal,
} from "./secret-storage.ts";

interface Self {
  readonly owner: { readonly user: string };
  readonly machine: Machine;
  readonly store: CryptoStore;
  readonly ask: Ask;
  readonly log: Log;
  readonly recoveryFile: string;
}

const OURS_ALONE = 0o600;
const NAMES = {
  master: "m.cross_signing.master",
  selfSigning: "m.cross_signing.self_signing",
  userSigning: "m.cross_signing.user_signing",
} as const;
const PARTS = ["master", "selfSigning", "userSigning"] as const;
type Part = (typeof PARTS)[number];
const DEFAULT = "m.secret_storage.default_key";

const anything = z.looseObject({});
const secret = z.object({ encrypted: z.record(z.string(), sealedSecret) });

/** Once; the file is written before anything is encrypted with what stands in it. */
export async function keepRecovery(self: Self, patience: Patience): Promise<void> {
  const { store, machine, log, recoveryFile: file } = self;
  if (store.notes.get("recovery") !== undefined) return;
  const key = (await readKey(file)) ?? (await makeKey(file));
  const id = idOf(key);
  const put = (type: string, body: Content): Promise<unknown> =>
    patiently(self.ask, patience, { method: "PUT", path: pathOf(self, type), body }, anything);
  await put(`m.secret_storage.key.${id}`, describeKey(key));
  const keys = await machine.identityKeys();
  for (const part of PARTS) {
    await put(NAMES[part], { encrypted: { [id]: seal(key, NAMES[part], keys[part]) } });
  }
  await put(DEFAULT, { key: id });
  await store.notes.set("recovery", id);
  log.info("the recovery key of moot's identity is in a file: keep a copy elsewhere", { file });
}

/** Undefined where there is no recovery key, or nothing that it opens. */
export async function recover(self: Self, patience: Patience): Promise<IdentityKeys | undefined> {
  const key = await readKey(self.recoveryFile);
  if (key === undefined) return undefined;
  const read = async <Shape>(name: string, shape: z.ZodType<Shape>): Promise<Shape | undefined> =>
    patiently(self.ask, patience, { method: "GET", path: pathOf(self, name) }, shape).catch(absent);
  const found: Partial<Record<Part, string>> = {};
  for (const part of PARTS) {
    const kept = (await read(NAMES[part], secret))?.encrypted[idOf(key)];
    const opened = kept && unseal(key, NAMES[part], kept);
    if (opened === undefined) return undefined;
    found[part] = opened;
  }
  self.log.info("moot's identity was had back with its recovery key");
  return identityKeys.parse(found);
}

function pathOf({ owner }: Self, type: string): string {
  return v3("user", owner.user, "account_data", type);
}

async function readKey(file: string): Promise<Buffer | undefined> {
  try {
    return parseRecoveryKey(await readFile(file, "utf8"));
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
    return undefined;
  }
}

async function makeKey(file: string): Promise<Buffer> {
  const key = randomBytes(32);
  await writeFile(file, `${formatRecoveryKey(key)}\n`, { mode: OURS_ALONE, flag: "wx" });
  return key;
}

function absent(problem: unknown): undefined {
  if (!(problem instanceof Trouble && problem.code === "M_NOT_FOUND")) throw problem;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
