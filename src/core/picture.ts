// What is shown to people instead of told.
import type { Digest } from "./digest.ts";

export interface Picture {
  readonly png: Uint8Array;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

export interface Pictures {
  /** How old each app of the fleet is; the same digest gives the same bytes. */
  fleet(digest: Digest, signal: AbortSignal): Promise<Picture>;
}
