// A plan: the difference between what the files say and what the server runs, as data that people read and approve.
import type { BackupOddity } from "./backup-scope.ts";
import type { Release } from "./backup-steps.ts";
import type { DrillMatter } from "./drill.ts";
import type { AppName, RecipeName, ServerName, StackName } from "./ids.ts";
import type { PlanRequest } from "./request.ts";
import type { RestoreMatter } from "./restore.ts";
import type { ServiceChange } from "./service-change.ts";
import type { Step } from "./step.ts";
import type { LoadedVolume } from "./vault.ts";

/** `routine` runs on the asker's word; `change` and `danger` need the people the config names (design, Trust). */
export type Tier = "routine" | "change" | "danger";

/** What the plan is for, as it was asked. */
export type Act = PlanRequest["kind"];

/** Worth knowing, but no bar. */
export type Warning =
  | { readonly kind: "unset-variable"; readonly names: readonly string[] }
  | { readonly kind: "missing-from-env"; readonly keys: readonly string[] }
  | {
      readonly kind: "dns";
      readonly domain: string;
      readonly found: readonly string[];
      readonly server: readonly string[];
    }
  | {
      readonly kind: "ignored-key";
      readonly service: string;
      readonly key: string;
    }
  | {
      readonly kind: "unpinned-image";
      readonly service: string;
      readonly image: string;
      readonly why: string;
    }
  | { readonly kind: "sqlite-start-first"; readonly service: string }
  | { readonly kind: "recipe-stale"; readonly recipe: string; readonly problem: string }
  /** A step back brings back programs and settings; what they wrote meanwhile stays. */
  | { readonly kind: "data-stay" }
  /** These run otherwise now than they would after a return. */
  | { readonly kind: "return-differs"; readonly services: readonly string[] }
  /** Each runs once, and is started after it was stopped. */
  | { readonly kind: "away-briefly"; readonly services: readonly string[] }
  | {
      readonly kind: "unknown-charset";
      readonly secret: string;
      readonly charset: string;
    }
  /** Set, but nothing reads it; `nearest` is what was perhaps meant. */
  | { readonly kind: "unknown-key"; readonly key: string; readonly nearest?: string }
  /** Why nobody could say which keys the recipe knows. */
  | { readonly kind: "keys-unchecked"; readonly why: string }
  /** Of a key written several times the last one counts. */
  | { readonly kind: "key-twice"; readonly key: string; readonly lines: readonly number[] }
  /** Another COMPOSE_FILE makes another app of it. */
  | {
      readonly kind: "compose-files";
      readonly added: readonly string[];
      readonly removed: readonly string[];
    }
  /** These look like databases, which keep the old value in their data. */
  | {
      readonly kind: "database-keeps";
      readonly secret: string;
      readonly services: readonly string[];
    }
  /** They hang on the same key of the env file. */
  | { readonly kind: "rotates-also"; readonly secrets: readonly string[] }
  /** Only people can give its value. */
  | { readonly kind: "must-insert"; readonly secret: string }
  /** The env file names it still. */
  | { readonly kind: "secret-wanted"; readonly secret: string }
  | { readonly kind: "stack-renamed"; readonly from: string; readonly to: string }
  /** The room needs it to be heard: while it is away moot says nothing there. `stack` on `server` is where to look. */
  | { readonly kind: "carries-room"; readonly stack: StackName; readonly server: ServerName }
  /** It looks secret and goes with its line, and nobody may type it here again. */
  | { readonly kind: "value-lost"; readonly key: string }
  /** Of what a backup takes, or cannot take. */
  | { readonly kind: "backup"; readonly oddity: BackupOddity }
  /** These are stopped while their data are saved. */
  | { readonly kind: "away-while-saved"; readonly services: readonly string[] }
  /** There is a repository, and the recipe does not say what of the app to put there. */
  | { readonly kind: "no-backup-first"; readonly why: NoLabels }
  /** Of a restore: what it does besides, and what will not fit. */
  | { readonly kind: "restore"; readonly matter: RestoreMatter }
  /** Of a drill: what it tries, and what it cannot prove. */
  | { readonly kind: "drill"; readonly matter: DrillMatter };

/** Why labels name nothing to back up: there are none, they say no, or they stand where nobody reads them. */
export type NoLabels = "none" | "no" | "misplaced";

/** What makes a plan impossible: every one is told at once, each with what to do. */
export type Obstacle =
  | {
      readonly kind: "secret-missing";
      readonly secret: string;
      readonly why: "not-generated" | "not-inserted";
    }
  | { readonly kind: "network-missing"; readonly network: string }
  | { readonly kind: "config-missing"; readonly config: string }
  | {
      readonly kind: "config-changed";
      readonly config: string;
      readonly service: string;
    }
  | {
      readonly kind: "image-missing";
      readonly service: string;
      readonly image: string;
      readonly why: "absent" | "denied" | "unreachable";
    }
  /** Swarm takes no name with these characters. */
  | { readonly kind: "secret-misnamed"; readonly secret: string }
  | {
      readonly kind: "name-too-long";
      readonly what: "secret" | "config" | "service";
      readonly name: string;
      readonly limit: number;
    }
  | {
      readonly kind: "file-too-large";
      readonly what: "config" | "secret";
      readonly path: string;
      readonly bytes: number;
      /** The engine takes less. */
      readonly limit: number;
    }
  | { readonly kind: "secret-unversioned"; readonly secret: string }
  | {
      readonly kind: "unsupported-key";
      readonly service: string;
      readonly key: string;
    }
  | {
      readonly kind: "foreign";
      readonly what: "stack" | "service" | "secret" | "config" | "volume" | "network" | "router";
      readonly name: string;
      readonly owner: string;
    }
  | {
      readonly kind: "outside-checkout";
      readonly what: "file" | "env_file" | "COMPOSE_FILE";
      readonly path: string;
    }
  | { readonly kind: "steering-env"; readonly key: string }
  /** The recipe has no `.env.sample`. */
  | { readonly kind: "no-sample" }
  | { readonly kind: "config-unversioned"; readonly config: string }
  | { readonly kind: "no-image"; readonly service: string }
  | { readonly kind: "no-app-service"; readonly services: readonly string[] }
  | { readonly kind: "compose-invalid"; readonly problem: string }
  | { readonly kind: "mode-change"; readonly service: string }
  /** Where an app is to move to. */
  | {
      readonly kind: "there-already";
      readonly what: "stack" | "secret" | "volume";
      readonly name: string;
    }
  /** Of a move: it is not the app's own, or it is not kept as swarm keeps one by itself. */
  | {
      readonly kind: "volume-stuck";
      readonly volume: string;
      readonly why: "not-its-own" | "special";
    }
  /** A volume is on one node, and nobody knows on which of several its task will be. */
  | { readonly kind: "several-nodes"; readonly server: ServerName }
  /** `problem`: what cannot be understood of it, or is not there. */
  | { readonly kind: "post-command"; readonly key: string; readonly problem: string };

/** Why a plan is `danger` rather than `change`. */
export type Danger =
  | { readonly kind: "major-step"; readonly from: string; readonly to: string }
  | { readonly kind: "chaos"; readonly commit: string }
  | { readonly kind: "outside-catalogue"; readonly recipe: string }
  /** What runs now cannot be brought back if this fails. */
  | { readonly kind: "no-return"; readonly why: string }
  /** It is down while its data are carried over. */
  | {
      readonly kind: "move";
      readonly from: ServerName;
      readonly to: ServerName;
      readonly volumes: number;
      /** Where all of them are known. */
      readonly bytes?: number;
    }
  /** A path of the server itself, which a move does not carry. */
  | {
      readonly kind: "path-stays";
      readonly service: string;
      readonly path: string;
      readonly server: ServerName;
    }
  /** What people knew under this version's name is not what it holds now. */
  | {
      readonly kind: "tag-moved";
      readonly version: string;
      readonly from: string;
      readonly to: string;
    }
  | { readonly kind: "post-commands"; readonly key: string }
  | { readonly kind: "takes-down"; readonly services: readonly string[] }
  /** On somebody's word none is taken before it, though there is a repository. */
  | { readonly kind: "without-backup" }
  /** What another app was at that time, secrets included, is brought up as this one. */
  | {
      readonly kind: "beside";
      readonly app: string;
      readonly snapshots: readonly string[];
      /** Milliseconds UTC. */
      readonly at: number;
    }
  /** With what a backup of that time has of them; all that was written since is lost. */
  | {
      readonly kind: "overwrites";
      readonly volumes: readonly LoadedVolume[];
      readonly snapshots: readonly string[];
      /** Milliseconds UTC. */
      readonly at: number;
    }
  | { readonly kind: "destroys"; readonly volumes: number; readonly secrets: number }
  | { readonly kind: "runs-function"; readonly service: string; readonly function: string }
  | {
      readonly kind: "host-path";
      readonly service: string;
      readonly path: string;
    }
  | { readonly kind: "docker-socket"; readonly service: string }
  | { readonly kind: "secret-replaced"; readonly secret: string }
  | { readonly kind: "secret-removed"; readonly secret: string }
  | { readonly kind: "secret-inserted"; readonly secret: string }
  | { readonly kind: "open-router"; readonly service: string; readonly rule: string }
  | { readonly kind: "host-network"; readonly service: string }
  | {
      readonly kind: "capabilities";
      readonly service: string;
      readonly added: readonly string[];
    };

export interface Scope {
  readonly server: ServerName;
  /** Where it comes from, of an app that moves. */
  readonly from?: ServerName;
  readonly app: AppName;
  readonly stack: StackName;
  readonly secrets: readonly string[];
  readonly volumes: readonly string[];
  readonly hosts: readonly string[];
}

/** What the makers of a recipe say about one version. */
export interface ReleaseNote {
  readonly version: string;
  readonly text: string;
}

/** A key of the recipe's sample that the app's env file does not have. */
export interface NewKey {
  readonly key: string;
  /** As the sample has it. */
  readonly value: string;
  /** The sample's comment lines above it, without their #. */
  readonly comment?: string;
}

/** What will be gone for good. */
export interface Loss {
  readonly what: "volume" | "secret" | "config" | "env-file";
  readonly name: string;
  /** Where it is known. */
  readonly bytes?: number;
  /** The node that holds it, of a volume. */
  readonly node?: string;
}

/** How all services return together when one of them does not come up. */
export interface WayBack {
  /** What runs after it. */
  readonly version: string;
  /** The plan's steps, first and last, whose failure leads back. */
  readonly from: number;
  readonly until: number;
  readonly steps: readonly Step[];
}

export interface Plan {
  readonly act: Act;
  readonly app: AppName;
  readonly server: ServerName;
  readonly recipe: RecipeName;
  /** True when the app has no env file yet. */
  readonly isNew: boolean;
  readonly version: {
    readonly from?: string;
    readonly to: string;
    readonly step: VersionStep;
  };
  readonly services: readonly ServiceChange[];
  readonly secretsToMake: readonly string[];
  /** Of the versions passed on the way, oldest first. */
  readonly notes: readonly ReleaseNote[];
  readonly newKeys: readonly NewKey[];
  readonly losses: readonly Loss[];
  readonly warnings: readonly Warning[];
  readonly dangers: readonly Danger[];
  readonly tier: Tier;
  readonly scope: Scope;
  readonly steps: readonly Step[];
  /** Absent where nothing is written, or where nothing runs that could be returned to. */
  readonly back?: WayBack;
  /** Where a backup or a restore is part of it. */
  readonly release?: Release<Step>;
  /** The live services' version indexes the plan was made on. */
  readonly revision: Readonly<Record<string, number>>;
  /** SHA-256 over the canonical JSON of all the above: what is approved is what runs. */
  readonly hash: string;
}

export type VersionStep =
  "first" | "same" | "patch" | "minor" | "major" | "older" | "chaos" | "unknown";
