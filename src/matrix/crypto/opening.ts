// Opens the library on its store, and says of a store that it cannot open what to do.
import { scryptSync } from "node:crypto";
import type { CryptoOwner, CryptoStore } from "../../core/crypto-store.ts";
import { Refusal } from "../../core/errors.ts";
import { Machine } from "./machine.ts";

/** Throws Refusal `database-unusable`. */
export async function openMachine(
  owner: CryptoOwner,
  store: CryptoStore,
  storeKey: string,
): Promise<Machine> {
  // Slow on purpose, for a text that is shorter than it should be.
  const key = scryptSync(storeKey, store.name, 32);
  try {
    return await Machine.open(owner, store, key);
  } catch (error) {
    const said = String(error instanceof Error ? error.message : error);
    const problem = PROBLEMS.find(([pattern]) => pattern.test(said))?.[1];
    if (problem === undefined) throw error;
    throw new Refusal({ kind: "database-unusable", path: store.path, problem }, error);
  }
}

const ANEW =
  "or move the file away: moot is a new device then, and cannot read what was said to the old one";
const PROBLEMS: readonly (readonly [said: RegExp, problem: string])[] = [
  [
    /unpickling|decrypt/i,
    `it was written with another key. Put the one from before into matrix.storeKey, ${ANEW}`,
  ],
  [/VersionError|too new/, `it was written by a newer moot. Start that one, ${ANEW}`],
  [
    /doesn't match the account/,
    `it holds the keys of another account. Name the right file under storage.database, ${ANEW}`,
  ],
];
