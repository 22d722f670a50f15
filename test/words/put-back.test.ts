// The script in a backup of moot puts each file back where it was, whatever its name, and loses nothing that stands there.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { putBackScript } from "../../src/words/put-back.ts";

test("each file goes back, for moot's user alone, and what stood there stays beside it", () => {
  const root = mkdtempSync(join(tmpdir(), "moot back "));
  const files = [join(root, "etc/it's $(touch owned); `x`.yaml"), join(root, "state/moot.db")];
  const back = join(root, "back");
  for (const path of files) {
    const held = join(back, "files", path);
    mkdirSync(dirname(held), { recursive: true });
    writeFileSync(held, `saved ${path}`, { mode: 0o644 });
  }
  const [config = "", database = ""] = files;
  mkdirSync(dirname(database), { recursive: true });
  writeFileSync(database, "newer");
  const script = join(back, "put-back.sh");
  writeFileSync(script, putBackScript({ folder: "files", files, variables: ["TOKEN"], config }));
  const said = execFileSync("sh", [script], { cwd: "/" }).toString();
  expect(said).toContain(`the verb check with --config ${config}`);
  for (const path of files) {
    expect(readFileSync(path, "utf8")).toBe(`saved ${path}`);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  }
  expect(readFileSync(`${database}~`, "utf8")).toBe("newer");
  expect(readFileSync(script, "utf8")).toContain("#   TOKEN");
});
