// Finds in a value the key by which an index sorts it.
import { z } from "zod";
import { encodeKey, isKey } from "./keys.ts";

export const keyPath = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);
export type KeyPath = z.infer<typeof keyPath>;

/** Undefined where the value has no such key: then the index does not list it. */
export function keyAt(value: unknown, path: KeyPath): Uint8Array | undefined {
  const found = typeof path === "string" ? at(value, path) : path.map((one) => at(value, one));
  return isKey(found) ? encodeKey(found) : undefined;
}

function at(value: unknown, path: string): unknown {
  let found = value;
  for (const name of path.split(".")) {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, name))
      return undefined;
    found = Reflect.get(found, name);
  }
  return found;
}
