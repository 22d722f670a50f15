// Encrypts without pause for a room nobody else is in, and writes down where each message stood in its key.
import { appendFileSync } from "node:fs";
import { scryptSync } from "node:crypto";
import { isRoomId, isUserId } from "../../src/core/ids.ts";
import { positionOf } from "../../src/matrix/crypto/ciphertext.ts";
import { Machine } from "../../src/matrix/crypto/machine.ts";
import { openCryptoStore } from "../../storage/crypto-store.ts";
import { named } from "../named.ts";

const [path = "", log = ""] = process.argv.slice(2);
const room = named(isRoomId, "!room:moot.test");
const user = named(isUserId, "@moot:moot.test");
const manner = {
  encryption: { rotateAfter: 7 * 24 * 3600 * 1000, rotateAfterMessages: 10_000 },
  visibility: "shared",
} as const;

const owner = { user, device: "DEVICE" };
const store = openCryptoStore(path, owner);
const machine = await Machine.open(owner, store, scryptSync("key", store.name, 32));
appendFileSync(log, `device ${machine.fingerprint}\n`);
await machine.shareKey(room, [user], manner);
for (;;) {
  const content = await machine.encrypt(room, "m.room.message", { body: "x" });
  const place = positionOf({ event_id: "$x", content });
  appendFileSync(log, `${place?.session ?? "none"} ${place?.position ?? "none"}\n`);
}
