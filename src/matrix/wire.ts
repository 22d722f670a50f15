// One request to the homeserver, as the rest of this folder sees it.

export interface Call {
  readonly method: "GET" | "PUT" | "POST";
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number>>;
  /** Sent as JSON; a buffer is sent as it is, as what `type` says. */
  readonly body?: Readonly<Record<string, unknown>> | Buffer;
  readonly type?: string;
  /** Milliseconds beyond which no answer will come. */
  readonly patience?: number;
}

/** Milliseconds. */
export interface Pace {
  /** How long the homeserver may hold a request for news. */
  readonly hold: number;
  /** How long an answer may take beyond that. */
  readonly patience: number;
}

/** Throws Trouble, or the signal's reason. */
export type Ask = (call: Call, signal: AbortSignal) => Promise<unknown>;

/** A path of the client-server API; every part is escaped. */
export function v3(...parts: readonly string[]): string {
  return `/_matrix/client/v3/${parts.map(encodeURIComponent).join("/")}`;
}
