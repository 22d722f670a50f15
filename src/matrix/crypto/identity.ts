// Makes moot's identity and signs its device with it, so that members see that they speak with moot and no other.
import { z } from "zod";
import type { CryptoStore } from "../../core/crypto-store.ts";
import type { Log } from "../../core/ports.ts";
import type { Content } from "../content.ts";
import { patiently, persistently, type Patience } from "../patience.ts";
import { decoded, homeserver, Trouble } from "../trouble.ts";
import { v3, type Ask, type Call } from "../wire.ts";
import type { Machine } from "./machine.ts";
import type { Outgoing } from "./outgoing.ts";
import { keepRecovery, recover } from "./recovery.ts";

interface Self {
  readonly owner: { readonly user: string; readonly device: string };
  readonly machine: Machine;
  readonly store: CryptoStore;
  readonly outgoing: Outgoing;
  readonly ask: Ask;
  readonly log: Log;
  readonly password: string | undefined;
  readonly recoveryFile: string;
}

const anything = z.looseObject({});
const UPLOAD = v3("keys", "device_signing", "upload");

/** Does nothing once the homeserver has it; what was begun and not ended is taken up again. */
export async function introduce(self: Self, patience: Patience): Promise<void> {
  const { machine, store, owner, log } = self;
  const seen = await lookUp(self, patience);
  const before = store.notes.get("identity");
  if (before === undefined || !(await machine.hasIdentity())) {
    const mine = await makeKnown(self, seen.master, patience);
    if (mine === undefined) return;
    const now = await lookUp(self, patience);
    if (now.master !== mine || !now.isSigned)
      throw homeserver("it did not keep the identity of moot. Start moot again.");
    await store.notes.set("identity", mine);
    log.info("members see moot's device as signed by its owner", { user: owner.user });
  } else if (seen.master !== before) {
    log.error(
      "moot's account has another identity now, and members are told so. If none of you made it, change the account's password",
      { user: owner.user },
    );
  }
  await keepRecovery(self, patience);
}

interface Public {
  readonly master: string | undefined;
  /** Whether it has signed moot's device. */
  readonly isSigned: boolean;
}

/** What others see. The library is not asked: it believes in its keys before anybody has them. */
async function lookUp(
  { machine, outgoing, owner: { user, device } }: Self,
  patience: Patience,
): Promise<Public> {
  const ask = (): Promise<unknown> => outgoing.send(machine.lookUp([user]), patience.signal);
  const found = decoded(known, await persistently(ask, patience));
  const [signer = ""] = Object.keys(found.self_signing_keys[user]?.keys ?? {});
  const signatures = found.device_keys[user]?.[device]?.signatures[user] ?? {};
  const [master] = Object.values(found.master_keys[user]?.keys ?? {});
  return { master, isSigned: signatures[signer] !== undefined };
}

/** The identity's public key; undefined where the homeserver wants a password for it that moot does not have. */
async function makeKnown(
  self: Self,
  seen: string | undefined,
  patience: Patience,
): Promise<string | undefined> {
  const { machine, outgoing, log } = self;
  const { signal } = patience;
  const kept = (await machine.hasIdentity()) ? undefined : await recover(self, patience);
  if (kept !== undefined) await machine.adopt(kept);
  const hasIdentity = await machine.hasIdentity();
  const { keys, identity, signatures } = await machine.introduce(!hasIdentity);
  const mine = masterOf.parse(identity);
  if (seen !== mine) {
    if (seen !== undefined)
      log.warn("moot gets another identity: members are told that it changed");
    if (keys !== undefined) await persistently(() => outgoing.send(keys, signal), patience);
    if (!(await upload(self, identity, patience))) return undefined;
  }
  await persistently(() => outgoing.send(signatures, signal), patience);
  return mine;
}

/** The homeserver asks for the password at least where an identity is replaced. */
async function upload(
  { ask, owner, password, log }: Self,
  identity: Content,
  patience: Patience,
): Promise<boolean> {
  const call: Call = { method: "POST", path: UPLOAD, body: identity };
  try {
    await patiently(ask, patience, call, anything);
  } catch (problem) {
    if (!(problem instanceof Trouble && problem.session !== undefined)) throw problem;
    if (password === undefined) {
      log.warn(
        "moot's device stays unsigned: its homeserver asks for the password of the account once, and there is no matrix.password",
      );
      return false;
    }
    const { session } = problem;
    const identifier = { type: "m.id.user", user: owner.user };
    const auth = { type: "m.login.password", identifier, password, session };
    await patiently(ask, patience, { ...call, body: { ...identity, auth } }, anything).catch(
      (refused: unknown) => {
        if (!(refused instanceof Trouble && refused.session !== undefined)) throw refused;
        throw homeserver(
          `it does not accept the password of ${owner.user} for signing moot's device. Correct matrix.password in moot's config.`,
        );
      },
    );
  }
  return true;
}

const key = z.object({ keys: z.record(z.string(), z.string()) });
const byUser = z.record(z.string(), key).default({});
const signed = z.object({
  signatures: z.record(z.string(), z.record(z.string(), z.string())).default({}),
});
const known = z.object({
  master_keys: byUser,
  self_signing_keys: byUser,
  device_keys: z.record(z.string(), z.record(z.string(), signed)).default({}),
});
const masterOf = z
  .object({ master_key: key })
  .transform(({ master_key }) => z.string().parse(Object.values(master_key.keys)[0]));
