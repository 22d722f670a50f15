// The verb `audit verify`: checks an export of the audit trail, offline, with nothing installed but Node.
import { readFile } from "node:fs/promises";
import { verifyExport } from "../core/chain-verify.ts";
import { VERIFY_USAGE, verdictLines } from "../words/audit-verify.ts";
import { linesOf, verifyTools } from "./export-lines.ts";
import { WrongUsage, type VerbOptions } from "./verb.ts";

export async function audit({ words, head }: VerbOptions): Promise<number> {
  const [act, file, ...more] = words;
  if (act !== "verify" || file === undefined || more.length > 0)
    throw new WrongUsage(`it is typed like this: ${VERIFY_USAGE}`);
  if (head !== undefined && !/^[0-9a-f]{64}$/.test(head))
    throw new WrongUsage("--head takes the hash the room saw: 64 digits of 0-9 and a-f");
  const verdict = verifyExport(linesOf(await read(file)), verifyTools, head);
  process.stdout.write(`${verdictLines(file, verdict).join("\n")}\n`);
  return verdict.kind === "consistent" ? 0 : 1;
}

async function read(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (code === "ENOENT") throw new WrongUsage(`there is no file ${file}`);
    throw new WrongUsage(`${file} cannot be read (${code})`);
  }
}
