// Reads the lines of an export of the audit, each of which has one spelling only.
import type { AuditCut, Link } from "./audit.ts";
import { canonicalJson, isRecord } from "./canonical-json.ts";
import { cutText, EXPORT_NAME, EXPORT_VERSION, headText } from "./chain.ts";

/** Whether the signature of the text is by the key; both in hex. */
export type IsSigned = (text: string, signature: string, key: string) => boolean;

export type WhyBroken =
  | { readonly kind: "no-text" | "no-json" | "other-spelling" | "no-entry" | "no-line-end" }
  | { readonly kind: "first-line-forged" | "cut-forged" }
  | { readonly kind: "swapped"; readonly wanted: number; readonly found: number }
  | { readonly kind: "missing"; readonly wanted: number; readonly found: number }
  | { readonly kind: "changed"; readonly id: number }
  | { readonly kind: "tail"; readonly wanted: number; readonly found: number }
  | { readonly kind: "head-not-found"; readonly last: number };

/** What a line says, or why it cannot be believed. */
export type Read<T> = T | { readonly why: WhyBroken };

type Fields = Readonly<Record<string, unknown>>;

export interface FirstLine {
  readonly key: string;
  readonly entries: unknown;
  readonly head: Link;
}

export interface CutLine extends Link {
  readonly at: number;
}

export interface EntryLine extends Link {
  /** Everything but the hash. */
  readonly facts: Fields;
}

export function isFirstLine(value: unknown): boolean {
  return isRecord(value) && value["moot"] === EXPORT_NAME;
}

export function readFirst(line: string | undefined, isSigned: IsSigned): Read<FirstLine> {
  const read = fieldsOf(line);
  if (isBroken(read)) return read;
  const { signature, ...rest } = read.fields;
  const { key, version, entries, head } = rest;
  const isWhole = version === EXPORT_VERSION && isHex(key, 64) && isHex(signature, 128);
  if (!isWhole || !isLink(head) || !isSigned(headText(rest), signature, key))
    return { why: { kind: "first-line-forged" } };
  return { key, entries, head };
}

/** Undefined when the line is none of a cut. */
export function readCut(
  line: string | undefined,
  key: string,
  isSigned: IsSigned,
): Read<CutLine> | undefined {
  const value = jsonIn(line);
  if (!isRecord(value) || !isRecord(value["cut"])) return undefined;
  const read = fieldsOf(line);
  if (isBroken(read)) return read;
  const { signature, ...cut } = value["cut"];
  const isWhole = Object.keys(value).length === 1 && isCut(cut) && isHex(signature, 128);
  if (!isWhole || !isSigned(cutText(cut), signature, key)) return { why: { kind: "cut-forged" } };
  return { id: cut.id, hash: cut.hash, at: cut.at };
}

/** Numbers begin at 1 and none is left out, so as many were cut as the last one's number. */
function isCut(cut: Fields): cut is Omit<AuditCut, "signature"> & Fields {
  return (
    Object.keys(cut).length === 4 &&
    isLink(cut) &&
    typeof cut["at"] === "number" &&
    cut["count"] === cut.id
  );
}

export function readEntry(line: string | undefined): Read<EntryLine> {
  const read = fieldsOf(line);
  if (isBroken(read)) return read;
  const { hash, ...facts } = read.fields;
  const link = { id: facts["id"], hash };
  return isLink(link) ? { ...link, facts } : { why: { kind: "no-entry" } };
}

export function isBroken(read: object): read is { readonly why: WhyBroken } {
  return "why" in read;
}

/** Undefined is what no JSON says. */
export function jsonIn(line: string | undefined): unknown {
  if (line === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return value;
  } catch {
    return undefined;
  }
}

function fieldsOf(line: string | undefined): Read<{ readonly fields: Fields }> {
  if (line === undefined) return { why: { kind: "no-text" } };
  const value = jsonIn(line);
  if (value === undefined) return { why: { kind: "no-json" } };
  if (!isRecord(value)) return { why: { kind: "no-entry" } };
  return canonicalJson(value) === line ? { fields: value } : { why: { kind: "other-spelling" } };
}

function isHex(value: unknown, length: number): value is string {
  return typeof value === "string" && value.length === length && /^[0-9a-f]*$/.test(value);
}

function isLink(value: unknown): value is Link {
  return (
    isRecord(value) &&
    typeof value["id"] === "number" &&
    Number.isSafeInteger(value["id"]) &&
    isHex(value["hash"], 64)
  );
}
