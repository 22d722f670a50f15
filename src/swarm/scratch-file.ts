// Makes of a sealed stack file the one that a drill writes.
import { isMap, isScalar, isSeq, YAMLMap, Scalar, YAMLSeq, type Document, type Node } from "yaml";
import { KEPT_OF_STACK, type Kept } from "../core/scratch-keys.ts";
import { scratchEdits, scratchFacts, type EditValue } from "../core/scratch.ts";
import type { Composer } from "../core/ports.ts";
import { readModel } from "./canonical.ts";
import {
  printStackFile,
  quoted,
  readSealed,
  readStackFile,
  StrangeStackFile,
  type StackFile,
} from "./stack-file.ts";

export function scratchFile(
  text: string,
  cut: Parameters<Composer["scratch"]>[1],
): ReturnType<Composer["scratch"]> {
  const read = readIfOurs(text);
  if (read === undefined) return undefined;
  const { document, model, files } = read;
  prune(document.contents, KEPT_OF_STACK);
  for (const { path, value } of scratchEdits(model, cut)) {
    if (value !== undefined) put(document, path, nodeOf(value));
    else if (document.hasIn(path)) document.deleteIn(path);
  }
  const file = { stack: cut.to, document, model: readModel(document), files };
  return { compose: printStackFile(file), facts: scratchFacts(readSealed(text).model, cut) };
}

/** A snapshot was made on a server, by whose root it may have been written. */
function readIfOurs(text: string): StackFile | undefined {
  try {
    return readStackFile(text);
  } catch (error) {
    if (error instanceof StrangeStackFile) return undefined;
    throw error;
  }
}

function prune(node: unknown, kept: Kept): void {
  if (kept === true) return;
  if (isSeq(node)) for (const item of node.items) prune(item, keptOf(kept, "*") ?? {});
  if (!isMap(node)) return;
  node.items = node.items.filter(({ key }) => keptOf(kept, nameOf(key)) !== undefined);
  for (const { key, value } of node.items) prune(value, keptOf(kept, nameOf(key)) ?? {});
}

function keptOf(kept: Exclude<Kept, true>, name: string): Kept | undefined {
  return [name, "*"].flatMap((key) => (Object.hasOwn(kept, key) ? (kept[key] ?? []) : []))[0];
}

function nameOf(key: unknown): string {
  return isScalar(key) && typeof key.value === "string" ? key.value : "";
}

/** Where a folder of the path is empty, as `deploy:` alone is, there is no map to put it into. */
function put(document: Document.Parsed, path: readonly (string | number)[], node: Node): void {
  for (let depth = 1; depth < path.length; depth += 1) {
    const above = path.slice(0, depth);
    if (!(document.getIn(above) instanceof YAMLMap)) document.setIn(above, new YAMLMap());
  }
  document.setIn(path, node);
}

/** Texts are quoted, and what is no text is not, so that the docker CLI reads each as what it is. */
function nodeOf(value: EditValue): Node {
  if (typeof value === "string") return quoted(value);
  if (typeof value !== "object") return new Scalar(String(value));
  if (isList(value)) {
    const list = new YAMLSeq();
    for (const one of value) list.add(nodeOf(one));
    return list;
  }
  const map = new YAMLMap();
  for (const [key, one] of Object.entries(value)) map.set(new Scalar(key), nodeOf(one));
  return map;
}

function isList(value: object): value is readonly EditValue[] {
  return Array.isArray(value);
}
