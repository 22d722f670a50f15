// Reads YAML and remembers where in the file each thing stands.
import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from "yaml";

/** Keys and list positions from the top. */
export type Path = readonly PropertyKey[];

export interface Source {
  readonly value: unknown;
  /** Mistakes in the YAML itself. */
  readonly problems: readonly string[];
  /** `line:column` of the thing, or of the nearest one around it that exists. */
  position(path: Path, of: "key" | "value"): string;
}

export function readSource(text: string): Source {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${line}:${col}`;
  };
  const mistakes = [...document.errors, ...document.warnings];
  return {
    value: document.errors.length === 0 ? valueOf(document) : undefined,
    problems: mistakes.map(({ message, pos }) => `${at(pos[0])}: ${firstLine(message)}`),
    position: (path, of) => at(offsetOf(document, path, of)),
  };
}

/** An empty section is an absent one: its keys may all be commented out. */
function valueOf(document: Document): unknown {
  const value: unknown = document.toJS() ?? {};
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, section]) => section !== null));
}

function offsetOf(document: Document, path: Path, of: "key" | "value"): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [depth, step] of path.entries()) {
    const found = childOf(node, step);
    if (found === undefined) return offset;
    const isAsked = of === "value" || depth < path.length - 1;
    offset = (isAsked && isScalar(found.value) ? startOf(found.value) : undefined) ?? found.offset;
    node = found.value;
  }
  return offset;
}

interface Child {
  readonly offset: number;
  readonly value: unknown;
}

function childOf(node: unknown, step: PropertyKey): Child | undefined {
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => String(isScalar(key) ? key.value : key) === step);
    return pair && { offset: startOf(pair.key) ?? 0, value: pair.value };
  }
  if (!isSeq(node) || typeof step !== "number") return undefined;
  const value = node.items[step];
  return value === undefined ? undefined : { offset: startOf(value) ?? 0, value };
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

function isNode(node: unknown): node is Node {
  return typeof node === "object" && node !== null && "range" in node;
}

function firstLine(text: string): string {
  return text.split("\n")[0] ?? "";
}
