// Why somebody cannot be given a role, or lose it.
import type { UserId } from "./ids.ts";
import type { ScopeGlobs } from "./roles.ts";

export type RoleReason =
  | { readonly kind: "bad-user"; readonly typed: string; readonly nearest?: string }
  | {
      readonly kind: "unknown-role";
      readonly role: string;
      readonly nearest?: string;
      readonly known: readonly string[];
    }
  | { readonly kind: "role-held"; readonly user: UserId; readonly role: string }
  | {
      readonly kind: "role-not-held";
      readonly user: UserId;
      readonly role: string;
      readonly held: readonly string[];
      /** A member who was perhaps meant. */
      readonly nearest?: string;
    }
  | { readonly kind: "last-keeper"; readonly user: UserId; readonly role: string }
  /** By all their `ways` to it, the person may grant less than that. */
  | { readonly kind: "grant-too-wide"; readonly ways: readonly (readonly ScopeGlobs[])[] }
  | {
      readonly kind: "grant-over";
      readonly user: UserId;
      readonly role: string;
      readonly until: number;
    };
