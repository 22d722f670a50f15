// Keeps the key that signs for the audit: made once, and never outside the database.
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import { z } from "zod";
import type { Database } from "./database.ts";
import { decodeIfAny } from "./decode.ts";

export interface AuditKey {
  /** In hex. */
  readonly open: string;
  sign(text: string): string;
}

const row = z.strictObject({ secret: z.string() });

export function openAuditKey(database: Database): AuditKey {
  const pem = database.together(() => {
    const kept = decodeIfAny(row, database.prepare("SELECT secret FROM audit_key").get({}));
    return kept?.secret ?? makeKey(database);
  });
  const secret = createPrivateKey(pem);
  const { x = "" } = createPublicKey(secret).export({ format: "jwk" });
  return {
    open: Buffer.from(x, "base64url").toString("hex"),
    sign: (text) => sign(null, Buffer.from(text), secret).toString("hex"),
  };
}

function makeKey(database: Database): string {
  const { privateKey } = generateKeyPairSync("ed25519");
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  database.prepare("INSERT INTO audit_key (id, secret) VALUES (1, @secret)").run({ secret: pem });
  return pem;
}
