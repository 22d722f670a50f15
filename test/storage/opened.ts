// Opens a ledger in a folder that is gone after the test.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Ledger } from "../../src/core/ledger.ts";
import { openLedger } from "../../storage/ledger.ts";

/** A path in a folder of its own. */
export function freshPath(): string {
  const folder = mkdtempSync(join(tmpdir(), "moot-ledger-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, "moot.db");
}

export function opened(path = freshPath()): Ledger {
  const ledger = openLedger(path);
  onTestFinished(() => ledger.close());
  return ledger;
}
