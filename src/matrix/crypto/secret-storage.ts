// Encrypts secrets for the homeserver's safekeeping, and writes the key as people copy it, both as the specification has them.
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from "node:crypto";
import { z } from "zod";
import { homeserver } from "../trouble.ts";

export const sealedSecret = z.object({ iv: z.string(), ciphertext: z.string(), mac: z.string() });
type SealedSecret = z.infer<typeof sealedSecret>;

export function seal(key: Buffer, name: string, text: string): SealedSecret {
  const iv = randomBytes(16);
  // Some programs count in 63 bits.
  iv.writeUInt8(iv.readUInt8(8) & 0x7f, 8);
  return sealWith(key, name, { text, iv });
}

/** Undefined where it was encrypted with another key, or changed since. */
export function unseal(key: Buffer, name: string, sealed: SealedSecret): string | undefined {
  const { aes, mac } = halves(key, name);
  const ciphertext = Buffer.from(sealed.ciphertext, "base64");
  const expected = createHmac("sha256", mac).update(ciphertext).digest();
  const found = Buffer.from(sealed.mac, "base64");
  if (found.length !== expected.length || !timingSafeEqual(found, expected)) return undefined;
  const cipher = createDecipheriv("aes-256-ctr", aes, Buffer.from(sealed.iv, "base64"));
  return Buffer.concat([cipher.update(ciphertext), cipher.final()]).toString("utf8");
}

/** By which others see whether they have the right key. */
export function describeKey(key: Buffer): Readonly<Record<string, unknown>> {
  const { iv, mac } = seal(key, "", "\0".repeat(32));
  return { algorithm: "m.secret_storage.v1.aes-hmac-sha2", iv, mac };
}

/** The same for the same key, so that what was begun can be ended. */
export function idOf(key: Buffer): string {
  return createHmac("sha256", key).update("moot").digest("hex").slice(0, 32);
}

function sealWith(
  key: Buffer,
  name: string,
  { text, iv }: { readonly text: string; readonly iv: Buffer },
): SealedSecret {
  const { aes, mac } = halves(key, name);
  const cipher = createCipheriv("aes-256-ctr", aes, iv);
  const ciphertext = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  const base64 = (bytes: Buffer): string => bytes.toString("base64");
  const code = createHmac("sha256", mac).update(ciphertext).digest();
  return { iv: base64(iv), ciphertext: base64(ciphertext), mac: base64(code) };
}

function halves(key: Buffer, name: string): { readonly aes: Buffer; readonly mac: Buffer } {
  const both = Buffer.from(hkdfSync("sha256", key, Buffer.alloc(32), name, 64));
  return { aes: both.subarray(0, 32), mac: both.subarray(32) };
}

const PREFIX = Buffer.of(0x8b, 0x01);
const LETTERS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const BASE = BigInt(LETTERS.length);
const LENGTH = PREFIX.length + 32 + 1;

/** In groups of four, with a byte that shows slips of the pen. */
export function formatRecoveryKey(key: Buffer): string {
  const bytes = Buffer.concat([PREFIX, key]);
  let rest = BigInt(`0x${bytes.toString("hex")}${parity(bytes).toString(16).padStart(2, "0")}`);
  let text = "";
  for (; rest > 0n; rest /= BASE) text = LETTERS.charAt(Number(rest % BASE)) + text;
  return text.replaceAll(/.{4}(?=.)/g, "$& ");
}

/** Throws Refusal for what is no recovery key. */
export function parseRecoveryKey(text: string): Buffer {
  let value = 0n;
  for (const letter of text.replaceAll(/\s/g, "")) {
    const digit = LETTERS.indexOf(letter);
    if (digit < 0) throw notAKey();
    value = value * BASE + BigInt(digit);
  }
  const hex = value.toString(16).padStart(2 * LENGTH, "0");
  const bytes = Buffer.from(hex, "hex");
  if (bytes.length !== LENGTH || parity(bytes) !== 0 || !bytes.subarray(0, 2).equals(PREFIX))
    throw notAKey();
  return bytes.subarray(PREFIX.length, LENGTH - 1);
}

function parity(bytes: Buffer): number {
  return bytes.reduce((all, byte) => all ^ byte, 0);
}

function notAKey(): Error {
  return homeserver(
    "the file with the recovery key of moot's identity holds something else. Put the key back into it, or move the file away: moot gets another identity then, and members are told that it changed.",
  );
}
