// A copy of the database, made while moot goes on writing, is a whole database as it was at one moment.
import { mkdtempSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openLedger } from "../../storage/ledger.ts";

const folder = mkdtempSync(join(tmpdir(), "moot-copy-"));

test("the copy opens, its trail is whole, and only moot's user may read it", async () => {
  const ledger = openLedger(join(folder, "moot.db"));
  const copy = join(folder, "copy.db");
  writeFileSync(copy, "what stood there before");
  const note = (entry: number): void => {
    ledger.together(() => {
      ledger.audit.append({ who: "moot", what: "start", detail: { entry } }, entry);
      ledger.facts.set("entry", String(entry));
    });
  };
  for (let entry = 1; entry <= 500; entry += 1) note(entry);
  const copied = ledger.copyTo(copy);
  const over = new AbortController();
  const writing = (async () => {
    let entry = 500;
    while (!over.signal.aborted) {
      entry += 1;
      note(entry);
      await new Promise((resolve) => setImmediate(resolve));
    }
    return entry;
  })();
  await copied;
  over.abort();
  const entry = await writing;
  ledger.close();
  expect(statSync(copy).mode & 0o777).toBe(0o600);
  const again = openLedger(copy);
  expect(again.audit.check(10_000)).toBeUndefined();
  const last = Number(again.facts.get("entry"));
  expect(last).toBeGreaterThanOrEqual(500);
  expect(last).toBeLessThanOrEqual(entry);
  expect(again.audit.head().id).toBe(last);
  again.close();
});

test("a copy into a folder that is not there is refused", async () => {
  const ledger = openLedger(join(folder, "other.db"));
  const refused = await ledger.copyTo(join(folder, "nowhere", "copy.db")).catch(String);
  expect(refused).toContain("database-unusable");
  ledger.close();
});
