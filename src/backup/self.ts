// Saves what moot itself is, from its own machine: implements SelfVault with restic.
import { chmod, mkdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { Refusal } from "../core/errors.ts";
import { SELF, SELF_TAG, type SelfSaved, type SelfVault } from "../core/self.ts";
import type { Vault } from "../core/vault.ts";
import { runSave } from "./carry.ts";
import { clearHere, groundHere } from "./here.ts";
import type { Access } from "./place.ts";
import { PATIENCE, Restic, type Patience, type Station } from "./restic.ts";
import { ResticVault } from "./vault.ts";

export interface SelfOptions {
  readonly access: Access;
  readonly password: () => string;
  /** The program on moot's machine. */
  readonly restic: string;
  /** A private one, for what moot keeps of it and for copies while they are saved. */
  readonly folder: string;
  readonly patience?: Patience;
  /** Puts what is to be saved into a folder, and says which file of it is the heart. */
  readonly fill: (folder: string, signal: AbortSignal) => Promise<string>;
}

export async function openSelf(options: SelfOptions): Promise<SelfVault> {
  const { access, password, restic, folder, patience = PATIENCE, fill } = options;
  const scratch = join(folder, "scratch");
  const copies = join(folder, "copies");
  await clearHere(scratch);
  await rm(copies, { recursive: true, force: true });
  const cache = join(folder, "cache");
  const ground = groundHere({ restic, access, password, scratch, cache });
  const oneshots = (): never => {
    throw new Error("moot saves itself without a container");
  };
  const vault = new ResticVault({ server: SELF, patience, oneshots, there: ground, here: ground });
  const carrier = { restic: new Restic(SELF, patience), ground };
  return {
    vault,
    save: async (signal) => {
      try {
        await mkdir(copies, { recursive: true, mode: 0o700 });
        await chmod(copies, 0o700);
        const heart = await fill(copies, signal);
        return await save(carrier, { vault, copies, heart }, signal);
      } finally {
        await rm(copies, { recursive: true, force: true });
      }
    },
  };
}

interface Filled {
  readonly vault: Vault;
  readonly copies: string;
  /** From the folder. */
  readonly heart: string;
}

async function save(
  carrier: Station,
  { vault, copies, heart }: Filled,
  signal: AbortSignal,
): Promise<SelfSaved> {
  // The same names at every place that moot is put, and nothing of the folder they were copied to.
  const words = ["--host", "moot", "--tag", SELF_TAG, "--", "."];
  const asked = { words, cwd: copies };
  const { kind, unread, ...saved } = await runSave(carrier, asked, () => undefined, signal);
  const [first] = unread;
  if (kind === "incomplete") {
    throw bad(
      `${first?.path ?? "a file"} could not be read: ${first?.problem ?? "restic did not say why"}`,
    );
  }
  const { size } = await stat(join(copies, heart));
  const [found] = await vault.measure(saved.snapshot, [`/${heart}`], signal);
  if (found?.bytes === size) return saved;
  throw bad(`of the ${size} bytes of ${heart}, the snapshot holds ${found?.bytes ?? 0}`);
}

function bad(problem: string): Refusal {
  return new Refusal({ kind: "step-failed", step: "save moot itself", problem });
}
