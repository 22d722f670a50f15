// A room key that came while moot was killed is read by its next life, wherever in the taking it died.
import { createHash } from "node:crypto";
import { copyFileSync, readFileSync } from "node:fs";
import { expect, test, vi } from "vitest";
import { z } from "zod";
import { isRoomId, isUserId } from "../../../src/core/ids.ts";
import type { CryptoOwner } from "../../../src/core/crypto-store.ts";
import type { Machine } from "../../../src/matrix/crypto/machine.ts";
import { openMachine } from "../../../src/matrix/crypto/opening.ts";
import { openCryptoStore } from "../../../storage/crypto-store.ts";
import { Writes } from "../../../storage/indexeddb/writes.ts";
import { named } from "../../named.ts";
import { freshPath } from "../../storage/opened.ts";

const moot = { user: named(isUserId, "@moot:moot.test"), device: "MOOT" };
const cem = { user: named(isUserId, "@cem:moot.test"), device: "CEM" };
const room = named(isRoomId, "!room:moot.test");
const manner = {
  encryption: { rotateAfter: 7 * 24 * 3600 * 1000, rotateAfterMessages: 100 },
  visibility: "shared",
} as const;
const SEALED = "m.room.encrypted";
const uploaded = z.looseObject({
  device_keys: z.unknown(),
  one_time_keys: z.record(z.string(), z.unknown()),
});
const share = z.object({ messages: z.record(z.string(), z.record(z.string(), z.unknown())) });

test("a key that was taken in over a kill is not lost", async () => {
  const path = freshPath();
  const life = await opened(path, moot);
  const theirs = await upload(life.machine);
  const other = await opened(freshPath(), cem);
  const own = await upload(other.machine);
  await learn(other.machine, moot, theirs);
  const claim = await other.machine.missingSessions([moot.user]);
  if (claim === undefined) throw new Error("it wants no key");
  const [key = ""] = Object.keys(theirs.one_time_keys);
  const claimed = { [moot.device]: { [key]: theirs.one_time_keys[key] } };
  await other.machine.answered(claim, { one_time_keys: { [moot.user]: claimed } });
  const [sharing] = await other.machine.shareKey(room, [moot.user], manner);
  const sent = share.parse(sharing?.body).messages[moot.user]?.[moot.device];
  const content = await other.machine.encrypt(room, "m.room.message", { body: "hello" });
  const event = { event_id: "$1", sender: cem.user, origin_server_ts: 1, type: SEALED, content };
  const toDevice = [{ type: SEALED, sender: cem.user, content: sent }];
  const news = { toDevice, changed: [], left: [], keyCounts: {}, fallbacks: [] };

  const copies = new Map<string, string>();
  const take = (): void => void copies.set(stateOf(path), copyOf(path));
  const original: unknown = Reflect.get(Writes.prototype, "keep");
  if (typeof original !== "function") throw new Error("nothing is kept");
  const keep = vi.spyOn(Writes.prototype, "keep").mockImplementation(function (this: Writes) {
    Reflect.apply(original, this, []);
    take();
  });
  await life.machine.take(news);
  keep.mockRestore();
  take();
  // Nothing of it, and all of it.
  expect(copies.size).toBe(2);
  life.close();
  for (const copy of copies.values()) {
    const next = await opened(copy, moot);
    await next.machine.take(news);
    await learn(next.machine, cem, own);
    expect(await next.machine.decrypt(room, event)).toMatchObject({ content: { body: "hello" } });
    next.close();
  }
});

interface Life {
  readonly machine: Machine;
  readonly close: () => void;
}

async function opened(path: string, owner: CryptoOwner): Promise<Life> {
  const store = openCryptoStore(path, owner);
  const machine = await openMachine(owner, store, "key");
  const close = (): void => {
    machine.close();
    store.close();
  };
  return { machine, close };
}

function stateOf(path: string): string {
  return createHash("sha256")
    .update(readFileSync(path))
    .update(readFileSync(`${path}-wal`))
    .digest("hex");
}

/** What a process that was killed at this moment would leave behind. */
function copyOf(path: string): string {
  const copy = freshPath();
  copyFileSync(path, copy);
  copyFileSync(`${path}-wal`, `${copy}-wal`);
  return copy;
}

type Keys = z.infer<typeof uploaded>;

async function upload(machine: Machine): Promise<Keys> {
  const wanted = (await machine.wanted()).find(({ kind }) => kind === "keys-upload");
  if (wanted === undefined) throw new Error("it has no keys");
  await machine.answered(wanted, { one_time_key_counts: { signed_curve25519: 50 } });
  return uploaded.parse(wanted.body);
}

/** Tells it of somebody's device. */
async function learn(machine: Machine, { user, device }: CryptoOwner, keys: Keys): Promise<void> {
  await machine.track([user]);
  const devices = { [user]: { [device]: keys.device_keys } };
  for (const wanted of await machine.wanted())
    if (wanted.kind === "keys-query") await machine.answered(wanted, { device_keys: devices });
}
