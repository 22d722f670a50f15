// Reads an export of the audit with nothing but Node, for those who have only that.
import { createHash, createPublicKey, verify } from "node:crypto";
import type { VerifyTools } from "../core/chain-verify.ts";

const LINE_END = 0x0a;

export const verifyTools: VerifyTools = {
  sha256: (text) => createHash("sha256").update(text).digest("hex"),
  isSigned(text, signature, key) {
    const x = Buffer.from(key, "hex").toString("base64url");
    const open = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
    return verify(null, Buffer.from(text), open, Buffer.from(signature, "hex"));
  },
};

/** Each line for itself: bytes that are no UTF-8 spoil theirs alone, and none is taken for another. */
export function linesOf(bytes: Uint8Array): readonly (string | undefined)[] {
  const lines: (string | undefined)[] = [];
  let start = 0;
  for (let end = bytes.indexOf(LINE_END); end >= 0; end = bytes.indexOf(LINE_END, start)) {
    lines.push(decoded(bytes.subarray(start, end)));
    start = end + 1;
  }
  return [...lines, decoded(bytes.subarray(start))];
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
