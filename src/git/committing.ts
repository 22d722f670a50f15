// Makes the commit of one act: one file, the person as author, and a line by which it is known when it is made again.
import { lstat } from "node:fs/promises";
import { errnoOf } from "../core/errno.ts";
import type { SyncAct } from "../core/sync.ts";
import type { WorkTree } from "./tree.ts";

const TRAILER = "Moot-Job";

/** Does nothing where the branch has it already. `places`: the files within the tree. */
export async function commit(
  tree: WorkTree,
  places: readonly string[],
  act: SyncAct,
  signal: AbortSignal,
): Promise<void> {
  if (await isMade(tree, act.id, signal)) return;
  const known: string[] = [];
  for (const place of places) {
    const isHere = await exists(tree, place);
    const isKnown = await isTracked(tree, place, signal);
    if (isHere && !isKnown) await tree.must(["add", "--intent-to-add", "--", place], {}, signal);
    if (isHere || isKnown) known.push(place);
  }
  const argv = ["commit", "--quiet", "--only", "--allow-empty", "--no-verify"];
  const paths = known.length > 0 ? ["--", ...known] : [];
  const call = [...argv, "--cleanup=whitespace", "--file=-", ...paths];
  await tree.must(call, { stdin: textOf(act), env: author(act) }, signal);
}

async function isMade(tree: WorkTree, id: string, signal: AbortSignal): Promise<boolean> {
  const line = `^${TRAILER}: ${id.replace(/[\\.*[\]^$]/g, String.raw`\$&`)}$`;
  // A branch without a commit has none to look through.
  const found = await tree.ask(["log", "--max-count=1", "--format=%H", `--grep=${line}`], signal);
  return found !== undefined && found !== "";
}

async function exists({ folder }: WorkTree, place: string): Promise<boolean> {
  try {
    await lstat(`${folder}/${place}`);
    return true;
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return false;
    throw error;
  }
}

async function isTracked(tree: WorkTree, place: string, signal: AbortSignal): Promise<boolean> {
  return (await tree.must(["ls-files", "-z", "--", place], {}, signal)) !== "";
}

function textOf({ id, message }: SyncAct): string {
  const lines = message.split("\n").map((line) => line.replace(/\p{Cc}/gu, " ").trimEnd());
  return `${lines.join("\n").trim()}\n\n${TRAILER}: ${id}\n`;
}

/** `ana <@ana:example.coop>`; what git takes out of names, or would end them, is taken out here. */
function author({ author: user }: SyncAct): Readonly<Record<string, string>> {
  const [local = ""] = user.slice(1).split(":");
  const name = local.replace(/[<>\p{Cc}]/gu, "");
  const email = user.replace(/[<>\p{Cc}]/gu, "");
  return {
    GIT_AUTHOR_NAME: /[\p{L}\p{N}]/u.test(name) ? name : "member",
    GIT_AUTHOR_EMAIL: email,
  };
}
