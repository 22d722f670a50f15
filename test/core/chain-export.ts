// Makes exports of a made-up trail for the tests of the chain.
import { createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import type { AuditEntry, AuditFacts, Link } from "../../src/core/audit.ts";
import {
  BEFORE_ALL,
  cutText,
  EXPORT_NAME,
  EXPORT_VERSION,
  exportText,
  hashAfter,
} from "../../src/core/chain.ts";
import { verifyExport, type ExportVerdict } from "../../src/core/chain-verify.ts";
import { linesOf, verifyTools } from "../../src/verbs/export-lines.ts";

export type Told = Omit<AuditFacts, "id">;

const { privateKey } = generateKeyPairSync("ed25519");
const { x = "" } = createPublicKey(privateKey).export({ format: "jwk" });
const key = Buffer.from(x, "base64url").toString("hex");
const signed = (text: string): string => sign(null, Buffer.from(text), privateKey).toString("hex");

export function chained(told: readonly Told[]): readonly AuditEntry[] {
  let before: Link = BEFORE_ALL;
  return told.map((one) => {
    const facts = { id: before.id + 1, ...one };
    const entry = { ...facts, hash: hashAfter(before, facts, verifyTools.sha256) };
    before = entry;
    return entry;
  });
}

/** An export of the entries after the first `cut` ones. */
export function exported(entries: readonly AuditEntry[], cut = 0): string {
  const { id, hash } = entries.at(-1) ?? BEFORE_ALL;
  const last = entries[cut - 1];
  const stub = last && { id: last.id, hash: last.hash, count: cut, at: 7 };
  const head = {
    moot: EXPORT_NAME,
    version: EXPORT_VERSION,
    at: 8,
    key,
    entries: entries.length - cut,
    head: { id, hash },
  } as const;
  return exportText(
    head,
    stub && { ...stub, signature: signed(cutText(stub)) },
    entries.slice(cut),
    signed,
  );
}

export function verified(text: string | Uint8Array, head?: string): ExportVerdict {
  return verifyExport(linesOf(Buffer.from(text)), verifyTools, head);
}
