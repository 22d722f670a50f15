// Encrypts a file before it is uploaded: the homeserver keeps what it cannot read.
import { createCipheriv, createHash, randomBytes } from "node:crypto";
import type { Content } from "../content.ts";

export interface SealedFile {
  readonly bytes: Buffer;
  /** What a reader needs, but for the address; goes into the encrypted event alone. */
  readonly file: Content;
}

/** The half of the counter that counts begins at zero, as the specification asks. */
const COUNTER = Buffer.alloc(8);

export function sealFile(bytes: Buffer): SealedFile {
  const key = randomBytes(32);
  const iv = Buffer.concat([randomBytes(8), COUNTER]);
  const cipher = createCipheriv("aes-256-ctr", key, iv);
  const sealed = Buffer.concat([cipher.update(bytes), cipher.final()]);
  const sha256 = unpadded(createHash("sha256").update(sealed).digest());
  const jwk = { kty: "oct", key_ops: ["encrypt", "decrypt"], alg: "A256CTR", ext: true };
  const file = {
    v: "v2",
    key: { ...jwk, k: key.toString("base64url") },
    iv: unpadded(iv),
    hashes: { sha256 },
  };
  return { bytes: sealed, file };
}

function unpadded(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "");
}
