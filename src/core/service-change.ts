// What a plan does to one service, and which fields of it differ.

export type FieldChange =
  | { readonly what: "image"; readonly from: string; readonly to: string }
  | {
      readonly what: "env";
      readonly key: string;
      readonly from?: string;
      readonly to?: string;
    }
  | {
      readonly what: "label";
      readonly key: string;
      readonly from?: string;
      readonly to?: string;
    }
  | { readonly what: "replicas"; readonly from: string; readonly to: string }
  | {
      readonly what: "secret" | "config" | "volume" | "network";
      readonly added: readonly string[];
      readonly removed: readonly string[];
    }
  /** Anything else, by its path in the spec: `healthcheck.interval`. */
  | {
      readonly what: "setting";
      readonly path: string;
      readonly from?: string;
      readonly to?: string;
    };

export interface ServiceChange {
  readonly service: string;
  /** What happens to its tasks. `keeps`: changed, and nothing restarts; `unchanged`: nothing differs. */
  readonly fate: "starts" | "restarts" | "keeps" | "unchanged" | "removed";
  readonly changes: readonly FieldChange[];
}
