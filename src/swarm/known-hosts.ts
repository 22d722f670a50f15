// Finds the keys of a host in a known_hosts file, as ssh itself would (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT").
import { createHmac } from "node:crypto";
import type { KeyLine } from "./host-keys.ts";

/** The keys that stand for the host and port, without those marked as revoked anywhere for it. */
export function keysFor(knownHosts: string, host: string, port: number): readonly KeyLine[] {
  const name = port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`;
  const entries = knownHosts
    .split(/\r?\n/)
    .flatMap(parseLine)
    .filter(({ names }) => matches(names, name));
  const revoked = new Set(
    entries.filter(({ marker }) => marker === "@revoked").map(({ key }) => key),
  );
  // Keys marked @cert-authority sign host keys and are none themselves.
  const plain = entries.filter(({ marker }) => marker === undefined).map(({ key }) => key);
  return [...new Set(plain)].filter((key) => !revoked.has(key));
}

interface Entry {
  readonly marker: string | undefined;
  readonly names: string;
  readonly key: KeyLine;
}

function parseLine(line: string): readonly Entry[] {
  const words = line.trim().split(/\s+/);
  const marker = words[0]?.startsWith("@") === true ? words.shift() : undefined;
  const [names, type, base64] = words;
  if (names === undefined || names.startsWith("#") || type === undefined || base64 === undefined)
    return [];
  return [{ marker, names, key: `${type} ${base64}` }];
}

/** One pattern with `!` that fits rules the line out, whatever else does. */
function matches(names: string, name: string): boolean {
  if (names.startsWith("|")) return isHashOf(names, name);
  const patterns = names.toLowerCase().split(",");
  const excluded = patterns
    .filter((pattern) => pattern.startsWith("!"))
    .map((pattern) => pattern.slice(1));
  if (excluded.some((pattern) => fits(pattern, name))) return false;
  return patterns.some((pattern) => !pattern.startsWith("!") && fits(pattern, name));
}

/** `|1|salt|hash`: HMAC-SHA1 of the name. */
function isHashOf(hashed: string, name: string): boolean {
  const [, version, salt, hash] = hashed.split("|");
  if (version !== "1" || salt === undefined) return false;
  return createHmac("sha1", Buffer.from(salt, "base64")).update(name).digest("base64") === hash;
}

/** `*` is any text, `?` any one character. */
function fits(pattern: string, name: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`).test(name);
}
