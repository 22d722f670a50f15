// Restic on the server: a container that has the secrets as files of its own, and is gone with them.
import { Refusal } from "../core/errors.ts";
import type { OneshotEnd, Oneshots, OneshotTold, Oneshot } from "../core/oneshot.ts";
import { hearAll } from "./lines.ts";
import { placeOf, type Access } from "./place.ts";
import type { Ground, Run, RunWith } from "./restic.ts";

export interface ThereOptions {
  readonly oneshots: () => Oneshots;
  readonly image: string;
  readonly access: Access;
  readonly password: () => string;
  /** Of the container, where a run gives no other. */
  readonly name: string;
}

const FOLDER = "/moot/vault";
/** Characters, of a program's last words. */
const SAID = 300;
/** A repository that is a folder may be anybody's. */
const CAPABILITIES = ["DAC_OVERRIDE"];

export function groundThere({ oneshots, image, access, password, name }: ThereOptions): Ground {
  const usual = { name, files: [], mounts: [], capabilities: CAPABILITIES };
  const inTurn = turns();
  const start = (oneshot: Oneshot, told: OneshotTold, signal: AbortSignal): Promise<OneshotEnd> => {
    const work = (): Promise<OneshotEnd> => oneshots().run(oneshot, told, signal);
    // A second container of that name would take the first for one that a killed moot left.
    return oneshot.node === undefined ? inTurn(work, signal) : work();
  };
  return {
    side: "server",
    address: access.url,
    run: async ({ words, out, err, with: given = usual }: Run, signal) => {
      const options = { access, password: password(), folder: FOLDER, isInContainer: true };
      const place = placeOf(options);
      const oneshot: Oneshot = {
        ...given,
        image,
        argv: ["restic", ...place.words, "--no-cache", ...words],
        env: { HOME: "/tmp", RESTIC_PROGRESS_FPS: "0.5" },
        files: [...place.files, ...given.files],
        mounts: [...place.mounts, ...given.mounts],
        hasNetwork: place.hasNetwork,
      };
      const { exitCode, isOutOfMemory } = await orMissing(start(oneshot, { out, err }, signal));
      if (!isOutOfMemory) return exitCode;
      const problem = "the node ran out of memory and ended it";
      throw new Refusal({ kind: "step-failed", step: "restic", problem });
    },
    empty: (folder, given, signal) => emptied({ start, image, folder, given }, signal),
    version: async (given = usual, signal) => {
      const { hear: out, said } = hearAll();
      const asked = { argv: ["restic", "version"] as const, image, hasNetwork: false };
      const bare = { files: [], mounts: [], capabilities: [] };
      const oneshot: Oneshot = { ...given, ...asked, ...bare, name: `${given.name}-version` };
      try {
        await start(oneshot, { out, err: () => undefined }, signal);
        return said();
      } catch (error) {
        if (problemOf(error).includes("executable file not found")) return undefined;
        throw error;
      }
    },
  };
}

interface Emptying {
  readonly start: Oneshots["run"];
  readonly image: string;
  readonly folder: string;
  readonly given: RunWith;
}

/** Every small image has these; of find, not all can delete. */
const EMPTY = 'cd "$1" && rm -rf -- ..?* .[!.]* *';

async function emptied(
  { start, image, folder, given }: Emptying,
  signal: AbortSignal,
): Promise<void> {
  const { hear: err, said } = hearAll();
  const argv = ["sh", "-c", EMPTY, "sh", folder] as const;
  const oneshot: Oneshot = { ...given, argv, image, hasNetwork: false };
  const { exitCode } = await start(oneshot, { out: () => undefined, err }, signal);
  if (exitCode === 0) return;
  const words = said().trim().slice(-SAID);
  const problem = words === "" ? `rm ended with exit code ${exitCode}` : words;
  throw new Refusal({ kind: "step-failed", step: "empty the volume", problem });
}

/** The folder of a repository, which the engine misses before restic can. */
async function orMissing(work: Promise<OneshotEnd>): Promise<OneshotEnd> {
  try {
    return await work;
  } catch (error) {
    if (!problemOf(error).includes("bind source path does not exist")) throw error;
    return { exitCode: MISSING, isOutOfMemory: false };
  }
}

/** As restic would say it. */
const MISSING = 10;

function problemOf(error: unknown): string {
  if (!(error instanceof Refusal) || error.reason.kind !== "step-failed") return "";
  return error.reason.problem;
}

type InTurn = <T>(work: () => Promise<T>, signal: AbortSignal) => Promise<T>;

/** One after another, in the order in which they came. */
function turns(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (work, signal) => {
    const turn = last.then(() => {
      signal.throwIfAborted();
      return work();
    });
    last = turn.catch(() => undefined);
    return turn;
  };
}
