// Makes a key of moot's own for a server, in the form that OpenSSH writes (its PROTOCOL.key).
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { z } from "zod";
import type { KeyPair } from "../core/servers.ts";

const TYPE = "ssh-ed25519";
const MAGIC = Buffer.from("openssh-key-v1\0");
/** The private part is padded to blocks of so many bytes where no cipher says otherwise. */
const BLOCK = 8;
const LINE = 70;

const jwk = z.object({ d: z.base64url(), x: z.base64url() });

/** `comment` is what authorized_keys shows the key as. */
export function makeKeyPair(comment: string): KeyPair {
  const { privateKey } = generateKeyPairSync("ed25519");
  const { d, x } = jwk.parse(privateKey.export({ format: "jwk" }));
  // Of a fixed length each, zeros at their ends included.
  const [seed, point] = [Buffer.from(d, "base64url"), Buffer.from(x, "base64url")];
  const blob = Buffer.concat([field(TYPE), field(point)]);
  return {
    publicKey: `${TYPE} ${blob.toString("base64")} ${comment}`,
    privateKey: armoured(blob, secretPart(seed, point, comment)),
  };
}

function secretPart(seed: Buffer, point: Buffer, comment: string): Buffer {
  const check = randomBytes(4);
  const whole = Buffer.concat([
    check,
    check,
    field(TYPE),
    field(point),
    field(Buffer.concat([seed, point])),
    field(comment),
  ]);
  const gap = (BLOCK - (whole.length % BLOCK)) % BLOCK;
  return Buffer.concat([whole, Buffer.from(Array.from({ length: gap }, (_, index) => index + 1))]);
}

function armoured(blob: Buffer, secret: Buffer): string {
  const none = field("none");
  const whole = Buffer.concat([
    MAGIC,
    none,
    none,
    field(""),
    number(1),
    field(blob),
    field(secret),
  ]).toString("base64");
  const lines = whole.match(new RegExp(`.{1,${LINE}}`, "g")) ?? [];
  return [
    "-----BEGIN OPENSSH PRIVATE KEY-----",
    ...lines,
    "-----END OPENSSH PRIVATE KEY-----",
    "",
  ].join("\n");
}

/** Its length in four bytes, then itself. */
function field(content: Buffer | string): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([number(bytes.length), bytes]);
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
