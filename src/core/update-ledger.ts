// What moot remembers of updates: what was seen, what rooms were told, and what became of it.
import type { AppName, RecipeName, RoomId, ServerName, UserId } from "./ids.ts";
import type { Plan } from "./plan.ts";
import type { Alert, Novelty, OpenState, Update, UpdateState } from "./update.ts";

/** What the ledger is told of an update; number and state it adds itself. */
export type NewUpdate = Novelty & Pick<Update, "app" | "server" | "recipe">;

/** How an update goes on; what is absent stays as it is. */
export interface Turn {
  readonly state: UpdateState;
  readonly by?: UserId;
  readonly until?: number;
  readonly job?: number;
}

/** What the newest look at an app showed. */
export interface Looked {
  readonly app: AppName;
  readonly server: ServerName;
  readonly recipe: RecipeName;
  readonly at: number;
  /** What runs. */
  readonly version?: string;
  readonly newest?: string;
  /** Published versions above what runs, and the lowest of them. */
  readonly behind?: number;
  readonly next?: string;
  /** `ENABLE_AUTO_UPDATE` of its env file. */
  readonly autoUpdate?: string;
  /** Why it cannot be compared. */
  readonly problem?: string;
}

/** What could not be looked at. */
export interface Blindness {
  /** A recipe, an image or a server. */
  readonly target: string;
  /** In words. */
  readonly why: string;
  readonly since: number;
}

export interface Updates {
  /**
   * What is newest for the app: inserts it as `seen`, unless the app's newest update has the same mark, whatever people or a job made
   * of that. One that was open is superseded, given as it was, and hands its alert on.
   */
  found(update: NewUpdate, at: number): Update | undefined;
  /** Nothing is newer than what runs of the app: what was open is superseded, and given as it was. */
  nothingFor(app: AppName, at: number): Update | undefined;
  get(id: number): Update | undefined;
  /** All that have not ended, by app. */
  open(): readonly Update[];
  openOf(app: AppName): Update | undefined;
  /** The app's last one, whatever became of it. */
  newestOf(app: AppName): Update | undefined;
  /** How many there are of each that has not ended. */
  countOpen(): Readonly<Record<OpenState, number>>;
  /** Those of an alert, ended ones too, by app. */
  ofAlert(alert: number): readonly Update[];
  /** The ends since then, oldest first. */
  endedSince(since: number): readonly Update[];
  /** How it would be applied, or why it cannot be planned. */
  prepared(id: number, outlook: { readonly plan: Plan } | { readonly problem: string }): void;
  /** Compare-and-set; false when it was in none of the states `from`. Ends it where `state` is an end. */
  turn(id: number, from: readonly UpdateState[], to: Turn, at: number): boolean;
  /** Announces them together. */
  announce(
    ids: readonly number[],
    alert: { readonly recipe: RecipeName; readonly rooms: readonly RoomId[] },
    at: number,
  ): number;
  /** What an alert offers has changed. */
  revised(alert: number, at: number): void;
  alert(id: number): Alert | undefined;
}

/** What looks at apps and at upstream showed. */
export interface Looks {
  /** Until then an app is at its first look. */
  looked(look: Looked): void;
  lookAt(app: AppName): Looked | undefined;
  /** By app. */
  looks(): readonly Looked[];
  /** Apps that are no more. */
  forget(apps: readonly AppName[]): void;
  /** When a version of a recipe was first seen; remembered from then on. */
  versionSeen(recipe: RecipeName, version: string, at: number): number;
  /** What the tag of a version that was seen says of its own age. */
  versionDated(recipe: RecipeName, version: string, publishedAt: number): void;
  /** When it came out by its tag, or else when it was first seen. */
  ageOf(recipe: RecipeName, version: string): number | undefined;
  /** Remembers what could not be looked at, and gives what was not known before. What is no longer in the list can be looked at again. */
  blind(now: readonly Omit<Blindness, "since">[], at: number): readonly Blindness[];
  blindnesses(): readonly Blindness[];
}
