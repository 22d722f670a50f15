// A full disk refuses what does not fit, keeps what was there, and mends as soon as there is room.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { Refusal } from "../../src/core/errors.ts";
import { openLedger } from "../../storage/ledger.ts";
import { typed } from "../storage/samples.ts";

/** A disk of this size, unmounted after the test. */
function tinyDisk(size: string): string {
  const folder = mkdtempSync(join(tmpdir(), "moot-disk-"));
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", folder]);
  onTestFinished(() => {
    execFileSync("umount", [folder]);
    rmSync(folder, { recursive: true });
  });
  return folder;
}

function refusalOf(act: () => void): unknown {
  try {
    act();
  } catch (error) {
    if (error instanceof Refusal) return error.reason;
    throw error;
  }
  return undefined;
}

describe("a disk that is full", () => {
  test("refuses with disk-full, keeps every event it took, and takes more once there is room", () => {
    const disk = tinyDisk("2m");
    const path = join(disk, "moot.db");
    writeFileSync(join(disk, "ballast"), Buffer.alloc(512 * 1024));
    const ledger = openLedger(path);
    let kept = 0;
    const record = (): void => {
      ledger.inbox.record([typed(`e${kept}`, "x".repeat(2000))], kept);
      kept += 1;
    };
    let refusal = refusalOf(record);
    while (refusal === undefined) refusal = refusalOf(record);
    expect(refusal).toEqual({ kind: "disk-full", where: path });
    expect(ledger.inbox.pending(10_000)).toHaveLength(kept);

    rmSync(join(disk, "ballast"));
    record();
    ledger.close();
    const again = openLedger(path);
    expect(again.inbox.pending(10_000)).toHaveLength(kept);
    again.close();
  });

  test("refuses to begin on no room at all", () => {
    const disk = tinyDisk("64k");
    writeFileSync(join(disk, "ballast"), Buffer.alloc(56 * 1024));
    const path = join(disk, "moot.db");
    expect(refusalOf(() => openLedger(path).close())).toEqual({ kind: "disk-full", where: path });
  });
});
