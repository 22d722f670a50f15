// What people can be asked to agree to.
import type { AppName, RecipeName, ServerName, UserId } from "./ids.ts";
import type { Plan } from "./plan.ts";
import type { PlanRequest } from "./request.ts";
import type { ScopeGlobs } from "./roles.ts";
import type { NewServer, Waste } from "./servers.ts";

export type Proposal =
  /** Run this plan; it is made again from the request just before, and must come out the same. */
  | {
      readonly kind: "plan";
      readonly request: PlanRequest;
      readonly plan: Plan;
      /** The update that it is, where an alert asked and nobody typed it. */
      readonly update?: number;
    }
  | {
      readonly kind: "grant";
      readonly user: UserId;
      readonly role: string;
      readonly on?: ScopeGlobs;
      /** Milliseconds UTC. */
      readonly until?: number;
    }
  | { readonly kind: "revoke"; readonly user: UserId; readonly role: string }
  /** Take this for the public key of their identity from now on. */
  | { readonly kind: "identity"; readonly user: UserId; readonly identity: string }
  /** Let a recipe outside the catalogue be deployed from its address, or no longer. */
  | {
      readonly kind: "recipe";
      readonly act: "add" | "forget";
      readonly name: RecipeName;
      readonly address: string;
      /** What moot found there when it was asked: the newest version, and the lint rules that it does not keep. */
      readonly look?: { readonly version: string; readonly broken: readonly string[] };
    }
  /** Lift somebody else's hold. */
  | { readonly kind: "unhold"; readonly hold: number }
  /** Two others have looked at what was done alone. */
  | { readonly kind: "review"; readonly breakglass: number }
  /** Take in a server whose host key people compare. */
  | { readonly kind: "server"; readonly newcomer: NewServer }
  /** Forget a server that the room added. */
  | { readonly kind: "server-remove"; readonly server: ServerName }
  /** Free what nothing on the server needs; what is needed by then stays. */
  | { readonly kind: "prune"; readonly server: ServerName; readonly waste: readonly Waste[] };

/** Who asks for these learns only by the question what it is about: until then their word is no yes. */
export function isUnseen({ kind }: Proposal): boolean {
  return kind === "server" || kind === "prune";
}

/** The update that is proposed, where it is one. */
export function updateIn(proposal: Proposal): number | undefined {
  return proposal.kind === "plan" ? proposal.update : undefined;
}

/** The server that a proposal names by itself. */
export function serverOf(proposal: Proposal): ServerName | undefined {
  if (proposal.kind === "server") return proposal.newcomer.server;
  return proposal.kind === "server-remove" || proposal.kind === "prune"
    ? proposal.server
    : undefined;
}

/** What somebody holds back: nothing new runs there until it is lifted or over. */
export interface Hold {
  readonly id: number;
  /** An app or a server. */
  readonly target: AppName | ServerName;
  readonly by: UserId;
  readonly reason: string;
  readonly at: number;
  readonly until?: number;
}

/** One person acts alone on one app for a while, and everybody is told. */
export interface Breakglass {
  readonly id: number;
  readonly app: AppName;
  readonly server: ServerName;
  readonly by: UserId;
  readonly reason: string;
  readonly at: number;
  readonly until: number;
  /** When two others had looked at it. */
  readonly reviewedAt?: number;
}
