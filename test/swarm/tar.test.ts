// Files for a container are packed as tar itself reads them.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { packTar } from "../../src/swarm/tar.ts";

test("tar unpacks them with their content and their rights", () => {
  const folder = mkdtempSync(join(tmpdir(), "moot-tar-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const long = "x".repeat(1_000);
  const files = [
    { path: "/tmp/moot/abra.sh", content: long, mode: 0o755 },
    { path: "/etc/empty", content: "" },
    { path: "/raw", content: Uint8Array.from([0, 255, 10]) },
  ];
  execFileSync("tar", ["-x", "-C", folder], { input: packTar(files) });
  expect(readFileSync(join(folder, "tmp/moot/abra.sh"), "utf8")).toBe(long);
  expect(statSync(join(folder, "tmp/moot/abra.sh")).mode & 0o777).toBe(0o755);
  expect(statSync(join(folder, "etc/empty"))).toMatchObject({ size: 0 });
  expect([...readFileSync(join(folder, "raw"))]).toEqual([0, 255, 10]);
});

test.each(["tmp/a", "/tmp/../a", "/tmp//a", "/", `/${"a".repeat(101)}`])(
  "%s is no path for a file in a container",
  (path) => {
    expect(() => packTar([{ path, content: "" }])).toThrow("not a path for a file in a container");
  },
);
