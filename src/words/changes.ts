// One change of a service in words, old and new, with what looks secret hidden.
import type { Line } from "../core/doc.ts";
import { looksSecret, maskValue } from "../core/mask.ts";
import type { FieldChange } from "../core/service-change.ts";
import { listed } from "./phrases.ts";

const LONGEST = 80;

export function changeWords(change: FieldChange): Line {
  switch (change.what) {
    case "image":
      return imageWords(change.from, change.to);
    case "env":
      return pairWords("", change.key, change);
    case "label":
      return pairWords("label ", change.key, change);
    case "replicas":
      return `replicas: ${change.from} → ${change.to}`;
    case "secret":
    case "config":
    case "volume":
    case "network":
      return namesWords(change.what, change.added, change.removed);
    case "setting":
      return pairWords("", change.path, change);
  }
}

function imageWords(from: string, to: string): Line {
  const [old, next] = [withoutDigest(from), withoutDigest(to)];
  if (old !== next) return ["image ", { code: old }, " → ", { code: next }];
  return ["image ", { code: next }, ", the same tag with new content"];
}

function withoutDigest(image: string): string {
  return image.split("@")[0] ?? image;
}

function pairWords(
  what: string,
  key: string,
  change: { readonly from?: string; readonly to?: string },
): Line {
  const name = { code: key };
  const [from, to] = [shown(key, change.from), shown(key, change.to)];
  if (from === undefined)
    return [what, name, ": new", ...(to === undefined ? [] : [", ", { code: to }])];
  if (to === undefined) return [what, name, ": left out, it was ", { code: from }];
  if (looksSecret(key)) return [what, name, ": changed (not shown, it looks secret)"];
  return [what, name, ": ", { code: from }, " → ", { code: to }];
}

function shown(key: string, value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const masked = maskValue(key, value);
  if (masked === "") return "(empty)";
  return masked.length > LONGEST ? `${masked.slice(0, LONGEST)}…` : masked;
}

function namesWords(what: string, added: readonly string[], removed: readonly string[]): Line {
  if (added.length === 0 && removed.length === 0) return `${what}s trade places`;
  if (removed.length === 0) return `${what} ${listed(added)} is added`;
  if (added.length === 0) return `${what} ${listed(removed)} is left out`;
  return `${what} ${listed(removed)} → ${listed(added)}`;
}
