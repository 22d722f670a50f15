// Compares the host key a server shows with the pinned ones.
import { createHash } from "node:crypto";
import { Refusal, type RefusalReason } from "../core/errors.ts";
import type { ServerName } from "../core/ids.ts";

/** A public key as known_hosts and sshd write it, without its comment: `ssh-ed25519 AAAA…`. */
export type KeyLine = string;

export type KeyVerdict =
  | { readonly kind: "pinned" }
  | { readonly kind: "unknown"; readonly found: KeyLine }
  | { readonly kind: "changed"; readonly found: KeyLine };

/** What SSH sends: the type's length in four bytes, the type, the rest. */
export function keyLine(blob: Buffer): KeyLine {
  const type = blob.subarray(4, 4 + blob.readUInt32BE(0)).toString("latin1");
  return `${type} ${blob.toString("base64")}`;
}

/** As `ssh-keygen -l` shows it. */
export function fingerprint(key: KeyLine): string {
  const blob = Buffer.from(key.split(/\s+/)[1] ?? "", "base64");
  return `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`;
}

export function judgeKey(pinned: readonly KeyLine[], blob: Buffer): KeyVerdict {
  const found = keyLine(blob);
  if (pinned.length === 0) return { kind: "unknown", found };
  return pinned.some((key) => sameKey(key, found))
    ? { kind: "pinned" }
    : { kind: "changed", found };
}

function sameKey(one: KeyLine, other: KeyLine): boolean {
  const [type, base64] = one.trim().split(/\s+/);
  return `${type ?? ""} ${base64 ?? ""}` === other;
}

const SIGNATURES: Readonly<Record<string, readonly string[]>> = {
  "ssh-rsa": ["rsa-sha2-512", "rsa-sha2-256"],
};
const OFFERED = [
  "ssh-ed25519",
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
  "ecdsa-sha2-nistp521",
  "rsa-sha2-512",
  "rsa-sha2-256",
] as const;
export type KeyAlgorithm = (typeof OFFERED)[number];

/**
 * The pinned types first, so that a server with several keys shows the pinned one. The others follow: a server that has none of the
 * pinned types then shows what it has, and is reported as changed instead of failing the handshake without a reason.
 */
export function keyAlgorithms(pinned: readonly KeyLine[]): KeyAlgorithm[] {
  const wanted = pinned
    .map((key) => key.trim().split(/\s+/)[0] ?? "")
    .flatMap((type) => SIGNATURES[type] ?? [type]);
  return OFFERED.toSorted((a, b) => Number(wanted.includes(b)) - Number(wanted.includes(a)));
}

/** The refusal for a key that is not pinned; `setting` is the key of the config that holds the pins. */
export function keyRefusal(
  verdict: Exclude<KeyVerdict, { readonly kind: "pinned" }>,
  pinned: readonly KeyLine[],
  { server, setting }: { readonly server: ServerName; readonly setting: string },
): Refusal {
  const found = fingerprint(verdict.found);
  const reason: RefusalReason =
    verdict.kind === "unknown"
      ? {
          kind: "host-key-unknown",
          server,
          fingerprint: found,
          line: `${setting}: "${verdict.found}"`,
        }
      : { kind: "host-key-changed", server, expected: pinned.map(fingerprint).join(" or "), found };
  return new Refusal(reason);
}
