// Why a server cannot be added or forgotten.
import type { AppName, ServerName } from "./ids.ts";

export type ServerReason =
  | { readonly kind: "server-exists"; readonly server: ServerName }
  | { readonly kind: "server-configured"; readonly server: ServerName }
  | {
      readonly kind: "server-in-use";
      readonly server: ServerName;
      readonly apps: readonly AppName[];
    }
  | { readonly kind: "server-key-gone"; readonly server: ServerName };
