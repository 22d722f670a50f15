// Everything the coordinating code works with, wired once by the verb that starts moot.
import type { AlertRooms } from "../core/alerts.ts";
import type { AskingTier, Rule } from "../core/approval.ts";
import type { BackupPolicy } from "../core/backup-rules.ts";
import type { Calendar } from "../core/calendar.ts";
import type { Chat } from "../core/chat.ts";
import type { Command } from "../core/command.ts";
import type { Doors } from "../core/doors.ts";
import type { DrillPolicy } from "../core/drill.ts";
import type { Ledger } from "../core/ledger.ts";
import type { Obstacle } from "../core/plan.ts";
import type { SecretRecipe } from "../core/step.ts";
import type { Apps, Checkout, Clock, Composer, Hosts, Log, Names, Recipes } from "../core/ports.ts";
import type { Registry, TagWatch } from "../core/registry.ts";
import type { Pictures } from "../core/picture.ts";
import type { Inserts } from "../core/inserts.ts";
import type { Sync } from "../core/sync.ts";
import type { Vaults } from "../core/vault.ts";
import type { SelfVault } from "../core/self.ts";
import type { RoleTable } from "../core/roles.ts";
import type { TroubleRules } from "../core/trouble.ts";
import type { UpdatePolicy } from "../core/update-rules.ts";
import type { AppName, RoomId } from "../core/ids.ts";
import type { openBells } from "./bell.ts";

export interface TierRule extends Rule {
  /** Milliseconds after which what was asked is off the table. */
  readonly expires: number;
}

/** Where the config asks for a higher tier than the effects do: commands by name, servers and apps by glob. */
export interface Raises {
  readonly commands: ReadonlyMap<string, AskingTier>;
  readonly servers: ReadonlyMap<string, AskingTier>;
  readonly apps: ReadonlyMap<string, AskingTier>;
}

export interface Policy {
  readonly change: TierRule;
  readonly danger: TierRule;
  readonly raise: Raises;
  /** Seconds a deploy may take to converge when the recipe does not say. */
  readonly patience: number;
  /** Whether env values that look secret are left out of abra's env exposure on service `app`. */
  readonly hidesSecretEnv: boolean;
  /** Apps that moot's own rooms need in order to be heard: the homeserver, what stands before it, moot itself. */
  readonly carriesRoom: ReadonlySet<AppName>;
  /** How far back the audit is kept, as `2y` or `18m`; absent: all of it. */
  readonly keepsAudit?: string;
  readonly updates: UpdatePolicy;
  /** Absent: nothing is tried by the clock. */
  readonly drill?: DrillPolicy;
  /** Absent: none are taken by the clock. */
  readonly backups?: BackupPolicy;
}

export interface World {
  readonly clock: Clock;
  readonly calendar: Calendar;
  readonly log: Log;
  readonly ledger: Ledger;
  readonly commands: readonly Command[];
  /** As it is at this moment: grants come, go and expire. */
  readonly table: () => RoleTable;
  readonly policy: Policy;
  readonly chats: readonly Chat[];
  /** What each room is told unasked; alertRoomsFor answers which rooms are told of something. */
  readonly alertRooms: AlertRooms;
  /** From where on something is told as a trouble. */
  readonly troubles: TroubleRules;
  readonly hosts: Hosts;
  readonly doors: Doors;
  readonly recipes: Recipes;
  readonly apps: Apps;
  readonly sync: Sync;
  readonly registry: Registry;
  readonly tags: TagWatch;
  readonly composer: Composer;
  /** Where backups are kept. */
  readonly vaults: Vaults;
  /** Where moot keeps what it is itself, where the config names a place. */
  readonly self?: SelfVault;
  /** Tells whoever waits for it that all backups went well, where the config names somebody. Throws Refusal `step-failed`. */
  readonly ping?: (signal: AbortSignal) => Promise<void>;
  readonly names: Names;
  readonly inserts: Inserts;
  readonly pictures: Pictures;
  /** Paths by which a recipe's compose files would leave its checkout. */
  readonly strays: (
    recipe: string,
    checkout: Checkout,
    files: readonly string[],
  ) => Promise<readonly Obstacle[]>;
  readonly sha256: (text: string) => string;
  readonly makeSecret: (recipe: SecretRecipe) => string;
  /** A short reference for a bug's log entry. */
  readonly reference: () => string;
  /** Masks secrets moot knows or recognises. */
  readonly mask: (text: string) => string;
  /**
   * Rung when something was put into the inbox, the outbox, the queue of jobs or that of errands, when an approval may be
   * decided, when a log is to be followed, or when updates are to be looked at.
   */
  readonly bells: ReturnType<typeof openBells>;
}

/** The chat that a room belongs to. */
export function chatOf(world: World, room: RoomId): Chat {
  const chat = world.chats.find(({ rooms }) => rooms.includes(room));
  if (chat === undefined) throw new Error(`no chat has the room ${room}`);
  return chat;
}
