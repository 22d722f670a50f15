// Saves what a node holds and puts it back: restic in a container there, with the volumes mounted.
import { Refusal } from "../core/errors.ts";
import type { StackName } from "../core/ids.ts";
import {
  APP_FILES,
  volumePath,
  type Load,
  type RestoredVolume,
  type Restored,
  type Restoring,
  type Saved,
  type Unread,
  type VaultTold,
} from "../core/vault.ts";
import { readLine, restoreLine, saveLine } from "./answers.ts";
import { EXIT } from "./complaints.ts";
import type { Asked, Station } from "./restic.ts";

/** It may read what it has no right to, and nothing more. */
const READING = ["DAC_OVERRIDE"];
/** Owners, modes and what else a file can have. */
const WRITING = ["CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "MKNOD", "SETFCAP"];
/** Where a volume that is restored stands in the container. */
const TARGET = "/moot/volume";
const FAILED = 1;

/** The names of the containers of a stack: by them a later life finds what this one left. */
export function carrierNames(stack: StackName): readonly string[] {
  return ["save", "restore"].flatMap((what) => {
    const name = carrierName(what, stack);
    return [name, `${name}-version`];
  });
}

function carrierName(what: string, stack: StackName): string {
  return `moot-vault-${what}-${stack}`;
}

export async function save(
  { restic, ground }: Station,
  load: Load,
  told: VaultTold,
  signal: AbortSignal,
): Promise<Saved> {
  const given: Asked["with"] = {
    name: carrierName("save", load.stack),
    node: load.node,
    files: load.files,
    mounts: load.volumes.map(({ name }) => ({
      kind: "volume",
      source: name,
      target: volumePath(name),
      isWritable: false,
    })),
    capabilities: READING,
  };
  return runSave({ restic, ground }, { words: saveWords(load), with: given }, told, signal);
}

export async function runSave(
  { restic, ground }: Station,
  what: Pick<Asked, "words" | "with" | "cwd">,
  told: VaultTold,
  signal: AbortSignal,
): Promise<Saved> {
  let summary: Omit<Saved, "kind" | "unread"> | undefined;
  const hear = (line: string): void => {
    const said = readLine(saveLine, line);
    if (said?.message_type === "status") {
      told({ done: said.bytes_done, total: said.total_bytes, files: said.files_done });
    } else if (said !== undefined) {
      summary = {
        snapshot: said.snapshot_id,
        files: said.total_files_processed,
        bytes: said.total_bytes_processed,
        added: said.data_added_packed,
        seconds: said.total_duration,
      };
    }
  };
  const asked: Asked = {
    command: "backup",
    ends: [EXIT.incomplete],
    told: hear,
    ...what,
  };
  const answered = await restic.ask(ground, asked, signal);
  const { unread } = answered.complaints;
  // Without it nothing can be found again.
  if (summary === undefined) throw restic.refusal(ground, asked.command, answered);
  // A path that is not there at all is passed over by restic 0.18 with exit code 0.
  const isWhole = answered.exitCode === 0 && unread.length === 0;
  return { kind: isWhole ? "whole" : "incomplete", ...summary, unread };
}

function saveWords({ host, tags, volumes, files }: Load): readonly string[] {
  const paths = volumes.flatMap(({ name, paths: within }) => {
    const root = volumePath(name);
    return within === undefined ? [root] : within.map((path) => `${root}/${path}`);
  });
  const own = files.length > 0 ? [APP_FILES] : [];
  return ["--host", host, ...tags.flatMap((tag) => ["--tag", tag]), "--", ...own, ...paths];
}

export async function restore(
  carrier: Station,
  restoring: Restoring,
  told: VaultTold,
  signal: AbortSignal,
): Promise<Restored> {
  const began = performance.now();
  let [files, bytes] = [0, 0];
  const unwritten: Unread[] = [];
  for (const volume of restoring.volumes) {
    const one = await restoreOne(carrier, { ...restoring, volume }, told, signal);
    files += one.files;
    bytes += one.bytes;
    unwritten.push(...one.unwritten);
  }
  const kind = unwritten.length === 0 ? "whole" : "incomplete";
  return { kind, files, bytes, seconds: (performance.now() - began) / 1000, unwritten };
}

type Written = Omit<Restored, "kind" | "seconds">;

async function restoreOne(
  { restic, ground }: Station,
  { stack, node, snapshot, volume }: Restoring & { readonly volume: RestoredVolume },
  told: VaultTold,
  signal: AbortSignal,
): Promise<Written> {
  let [files, bytes] = [0, 0];
  const place = {
    name: carrierName("restore", stack),
    node,
    files: [],
    mounts: [{ kind: "volume", source: volume.to, target: TARGET, isWritable: true }],
    capabilities: WRITING,
  } as const;
  if (volume.isLeftEmpty === true) {
    await ground.empty(TARGET, place, signal);
    return { files, bytes, unwritten: [] };
  }
  const hear = (line: string): void => {
    const said = readLine(restoreLine, line);
    if (said?.message_type === "status") {
      told({ done: said.bytes_restored, total: said.total_bytes, files: said.files_restored });
    } else if (said !== undefined) {
      // What is there already, just as in the snapshot, is left alone and counted by itself.
      files = said.total_files + said.files_skipped;
      bytes = said.total_bytes + said.bytes_skipped;
    }
  };
  const words = restoreWords(snapshot, volume);
  const asked: Asked = { command: "restore", words, ends: [FAILED], told: hear, with: place };
  const answered = await restic.ask(ground, asked, signal);
  const { unread: unwritten, all } = answered.complaints;
  if (answered.exitCode === 0 || unwritten.length > 0) return { files, bytes, unwritten };
  if (!/path \S+: not found/.test(all)) throw restic.refusal(ground, asked.command, answered);
  const problem = `the snapshot ${snapshot.slice(0, 8)} holds nothing of the volume ${volume.from}`;
  throw new Refusal({ kind: "step-failed", step: "restic restore", problem });
}

function restoreWords(
  snapshot: string,
  { from, isEmptied, paths = [] }: RestoredVolume,
): readonly string[] {
  const emptied = isEmptied ? ["--delete"] : [];
  // From the root of what is restored; what they do not name is neither written nor removed.
  const only = paths.flatMap((path) => ["--include", `/${literal(path)}`]);
  const source = `${snapshot}:${volumePath(from)}`;
  return [source, "--target", TARGET, "--verify", ...emptied, ...only];
}

/** A path as a pattern that means this path alone. */
function literal(path: string): string {
  return path.replace(/[\\*?[]/g, (sign) => `\\${sign}`);
}
