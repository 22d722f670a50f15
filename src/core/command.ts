// What a chat command is: a description from which parsing, rights, help and the README follow.
import type { Absence } from "./absence.ts";
import type { SecretStanding } from "./app-secrets.ts";
import type { Approval, Vote } from "./approval.ts";
import type { AuditEntry, AuditQuery } from "./audit.ts";
import type { Backup } from "./backup.ts";
import type { Certificates } from "./certificates.ts";
import type { Doc } from "./doc.ts";
import type { RefusalReason } from "./errors.ts";
import type { Drift } from "./drift.ts";
import type { Drill } from "./drill.ts";
import type { Revocation } from "./grants.ts";
import type { AppName, EventId, RecipeName, RoomId, ServerName, UserId } from "./ids.ts";
import type { Job } from "./job.ts";
import type { EnvKnowledge } from "./known-keys.ts";
import type { Plan } from "./plan.ts";
import type {
  AppFile,
  AddedRecipe,
  CatalogueEntry,
  FleetService,
  LogLine,
  LogQuery,
  Survey,
} from "./ports.ts";
import type { Programs } from "./programs.ts";
import type { Hold, Proposal } from "./proposal.ts";
import type { ConfigRequest, PlanRequest } from "./request.ts";
import type { RecipeAddress } from "./recipe-address.ts";
import type { CheckSight, LintSight, RecipeSight } from "./recipe-sight.ts";
import type { Permission, RoleTable } from "./roles.ts";
import type { NewServer, Prunable, Way } from "./servers.ts";
import type { KnownTask } from "./sighting.ts";
import type { SnapshotSight } from "./snapshots.ts";
import type { UnknownBackups } from "./unknown-backups.ts";
import type { Blindness, Looked } from "./update-ledger.ts";
import type { Update } from "./update.ts";
import type { KnownTrouble } from "./trouble.ts";
import type { KeepRules, Kept } from "./vault.ts";
import type { VolumeSight } from "./volumes.ts";
import type { Blocker } from "./why-not-now.ts";

export interface Invocation {
  readonly command: Permission;
  /** Words without flags and settings, in order. */
  readonly words: readonly string[];
  /** Flags by name without dashes; a switch is "". */
  readonly flags: Readonly<Record<string, string>>;
  /** `KEY=VALUE` words, in order; only for commands that take them. */
  readonly settings: readonly (readonly [key: string, value: string])[];
}

export interface Retention {
  readonly keep: KeepRules;
  readonly kept: readonly Kept[];
}

/** A file too long for a message goes beside it. */
export interface Attachment {
  readonly name: string;
  readonly text: string;
  /** The text is a file's bytes, in base64. */
  readonly isBase64?: true;
}

/** What a command answers: it never acts by itself. */
export type Outcome =
  | {
      readonly kind: "reply";
      readonly doc: Doc;
      readonly attachment?: Attachment;
    }
  /** Tell what the app's services write from now on, for a while. */
  | { readonly kind: "follow"; readonly app: AppFile; readonly query: LogQuery }
  | {
      readonly kind: "start";
      readonly request: PlanRequest;
      readonly plan: Plan;
      /** Said in the thread beside the plan, and no part of what people agree to. */
      readonly remarks?: Doc;
    }
  | { readonly kind: "cancel"; readonly job: Job }
  | { readonly kind: "propose"; readonly proposal: Proposal }
  | {
      readonly kind: "vote";
      readonly approval: Approval;
      readonly vote: Vote["kind"];
      readonly reason?: string;
    }
  | { readonly kind: "withdraw"; readonly approval: Approval }
  | { readonly kind: "hold"; readonly hold: Pick<Hold, "target" | "reason" | "until"> }
  /** One's own hold. */
  | { readonly kind: "lift"; readonly hold: Hold }
  | { readonly kind: "break-glass"; readonly app: AppFile; readonly reason: string }
  /** Look upstream at once, for one app or for all. */
  | { readonly kind: "look"; readonly app?: AppName }
  /** Put an update before the room that no message has asked about. */
  | { readonly kind: "offer"; readonly update: Update }
  | { readonly kind: "skip"; readonly update: Update }
  | { readonly kind: "snooze"; readonly update: Update; readonly until: number }
  /** The asker is away, until that time if it is known. */
  | { readonly kind: "away"; readonly until?: number }
  | { readonly kind: "back" };

export interface Command {
  /** The name is the permission it needs, unless `needs` says otherwise: rights are read from this object, nowhere else. */
  readonly name: Permission;
  /** Where it needs another: who may hold may also lift. */
  readonly needs?: Permission;
  /** Where some forms of it need another, by their first word: who may look at servers may not add one. */
  readonly forms?: Readonly<Record<string, Permission>>;
  readonly summary: string;
  /** Each form, as typed: `!deploy RECIPE DOMAIN [--server S]`. */
  readonly usage: readonly string[];
  /** Longer help, a paragraph each. */
  readonly details: readonly string[];
  readonly flags: Readonly<Record<string, "value" | "switch">>;
  readonly words: { readonly min: number; readonly max: number };
  readonly takesSettings: boolean;
  run(invocation: Invocation, sight: Sight, signal: AbortSignal): Promise<Outcome>;
}

/** The permission it takes to use the command. */
export function rightOf({ name, needs = name }: Pick<Command, "name" | "needs">): Permission {
  return needs;
}

/** The command as this form of it is: with the right that the form needs. */
export function formOf(command: Command, { words }: Pick<Invocation, "words">): Command {
  const needs = command.forms?.[words[0] ?? ""];
  return needs === undefined ? command : { ...command, needs };
}

/** An open update, and what keeps it from being done. */
export interface UpdateSight {
  readonly update: Update;
  readonly blockers: readonly Blocker[];
  /** A moment as the readers have it on their clocks. */
  readonly when: (at: number) => string;
}

export interface UpdatesSight {
  readonly open: readonly UpdateSight[];
  /** What the newest look at each app showed. */
  readonly looks: readonly Looked[];
  readonly blind: readonly Blindness[];
}

/** A plan that nobody has asked for yet, or why there could be none. */
export type Preview =
  | { readonly kind: "possible"; readonly plan: Plan }
  | { readonly kind: "impossible"; readonly reason: RefusalReason };

/** One app with what is known of it from files and from the server. */
export interface AppSight {
  readonly file: AppFile;
  readonly recipe: string;
  /** From the env file's TYPE line. */
  readonly pinned?: string;
  /** From the server's labels. */
  readonly deployed?: string;
  readonly services: readonly FleetService[];
  /** Set when the server could not be asked. */
  readonly problem?: string;
  /** The last daily look found it other than moot left it. */
  readonly hasDrifted?: true;
  /** The version that its open update goes to; its own where only images are new. */
  readonly newer?: string;
}

/** One server with what is known of it. */
export interface ServerSight {
  readonly server: ServerName;
  readonly survey?: Survey;
  readonly problem?: string;
  readonly apps: number;
  /** Of the addresses that Traefik answers at there; absent where there is no Traefik. */
  readonly certificates?: Certificates;
}

/** What one app has on its server beside its services and tasks. */
export interface AppDepth {
  /** `sha256:…` by service. */
  readonly digests: Readonly<Record<string, string>>;
  /** The commit that runs, where it is no published version. */
  readonly chaos?: string;
  readonly volumes: readonly VolumeSight[];
  /** Why they cannot be told. */
  readonly volumesProblem?: string;
  /** By swarm name; needed by what runs, or by what ran last. */
  readonly secrets: Readonly<Record<"used" | "missing" | "unused", readonly string[]>>;
}

/**
 * What a command may see: made for one asker, one room and one command, and shows only what the role table lets that person
 * use the command on. Names that exist but are out of reach are refused as not permitted; the rest as unknown.
 */
export interface Sight {
  readonly asker: UserId;
  readonly room: RoomId;
  readonly event: EventId;
  readonly now: number;
  /** The whole table of commands, in the order of help. */
  readonly commands: readonly Command[];
  /** Whether the asker may use it anywhere at all. */
  mayUse(permission: Permission): boolean;
  table(): RoleTable;
  /** Roles that the config gives and the room took away. */
  revocations(): readonly Revocation[];
  /** The identity that was seen in place of the one that moot knows somebody by; undefined where there is none. */
  newIdentity(user: UserId): string | undefined;
  /** Who is away now. */
  absences(): readonly Absence[];
  servers(): readonly ServerName[];
  server(name: string): ServerName;
  app(name: string, signal: AbortSignal): Promise<AppFile>;
  /** Every app that the asker may see, by its env file alone. */
  files(signal: AbortSignal): Promise<readonly AppFile[]>;
  /** The newest backups of an app, good and bad. */
  backups(app: AppName, limit: number): readonly Backup[];
  /** Those that its repository has and moot does not remember; `problem`: why nobody could look. */
  unknownBackups(
    app: AppFile,
    signal: AbortSignal,
  ): Promise<UnknownBackups | { readonly problem: string } | undefined>;
  lastGoodBackup(app: AppName): Backup | undefined;
  /** The newest drill of the app that went well. */
  provenRestore(app: AppName): Drill | undefined;
  /** Opens one of the app's snapshots, by the beginning of its name, for who may restore it. Throws Refusal where it is none of its. */
  snapshot(app: AppFile, typed: string, signal: AbortSignal): Promise<SnapshotSight>;
  /**
   * What the rules would keep of the app's snapshots now, by a run that removes nothing. Throws Refusal `no-repository` and what a
   * repository throws.
   */
  retention(app: AppFile, signal: AbortSignal): Promise<Retention>;
  /** All apps on the servers asked (default: every permitted one); a server that cannot be reached gives its apps with `problem`. */
  apps(servers: readonly ServerName[], signal: AbortSignal): Promise<readonly AppSight[]>;
  surveys(signal: AbortSignal): Promise<readonly ServerSight[]>;
  /**
   * A server as it could be added: who answers there, and moot's key for it. Throws Refusal `server-exists`, `server-unreachable`.
   */
  newServer(server: ServerName, way: Way, signal: AbortSignal): Promise<NewServer>;
  /** One that the room added and that has no app. Throws Refusal `unknown-server`, `server-configured`, `server-in-use`. */
  addedServer(name: string, signal: AbortSignal): Promise<ServerName>;
  /** What could be freed there. */
  prunable(server: ServerName, signal: AbortSignal): Promise<Prunable>;
  /** In what the app that runs now is other than moot left it, or its env file other than what was deployed. */
  drift(app: AppFile, signal: AbortSignal): Promise<readonly Drift[]>;
  catalogue(signal: AbortSignal): Promise<readonly CatalogueEntry[]>;
  depth(app: AppFile, signal: AbortSignal): Promise<AppDepth>;
  tasks(app: AppFile, signal: AbortSignal): Promise<readonly KnownTask[]>;
  /** Recipes outside the catalogue that people agreed to. */
  addedRecipes(): readonly AddedRecipe[];
  /** One in full. Throws Refusal `unknown-recipe` for one that is neither in the catalogue nor added. */
  recipe(recipe: RecipeName, signal: AbortSignal): Promise<RecipeSight>;
  /** Judged at a version; absent = the newest one, or the newest commit where it has none. */
  lint(recipe: RecipeName, version: string | undefined, signal: AbortSignal): Promise<LintSight>;
  /** Looks whether there is a recipe at an address, and how it is. Throws Refusal where there is none or it must not be asked. */
  lookAt(address: RecipeAddress, signal: AbortSignal): Promise<LintSight>;
  check(app: AppFile, signal: AbortSignal): Promise<CheckSight>;
  logs(app: AppFile, query: LogQuery, signal: AbortSignal): Promise<readonly LogLine[]>;
  /** What !run can call. */
  programs(app: AppName, signal: AbortSignal): Promise<Programs & { readonly version: string }>;
  plan(request: PlanRequest, signal: AbortSignal): Promise<Plan>;
  /** What a deploy would do once this edit were made. */
  preview(request: ConfigRequest, signal: AbortSignal): Promise<Preview>;
  /** The app's secrets, those that are missing and old versions among them. */
  secrets(app: AppName, signal: AbortSignal): Promise<readonly SecretStanding[]>;
  /** What the app's recipe, at its pinned version, knows of env files. */
  knowledge(app: AppFile, signal: AbortSignal): Promise<EnvKnowledge>;
  /** What is newer than what runs of the apps that the asker may see. */
  updates(): UpdatesSight;
  jobs(limit: number): readonly Job[];
  job(id: number): Job | undefined;
  /** The open ones on what the asker may see. */
  approvals(): readonly Approval[];
  approval(id: number): Approval | undefined;
  /** Holds that stand on what the asker may see. */
  holds(): readonly Hold[];
  /** What was told to be wrong, and is still, on what the asker may see. */
  troubles(): readonly KnownTrouble[];
  /** The newest that fit, without those on apps and servers out of reach. */
  audit(query: AuditQuery): readonly AuditEntry[];
  /** Throws Refusal `not-permitted` to someone who may not see all of it. */
  auditExport(): { readonly doc: Doc; readonly attachment: Attachment };
  /** Masks what looks secret. */
  mask(text: string): string;
}
