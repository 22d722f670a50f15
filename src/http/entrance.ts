// Decides who may read how moot is: whoever has the token, or else whoever is on this machine and means to.
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { isLoopback } from "./listening.ts";

export interface Entrance {
  /** Where moot listens. */
  readonly address: string;
  readonly token?: string;
}

/** Undefined: come in. Else the status to turn somebody away with. */
export function turnedAway(
  { address, token }: Entrance,
  { authorization = "", host = "" }: IncomingHttpHeaders,
): 401 | 421 | undefined {
  if (token !== undefined) return isSame(bearer(authorization), token) ? undefined : 401;
  // The config asks for a token here; where there is none all the same, nobody is let in.
  if (!isLoopback(address)) return 401;
  // A page in somebody's browser can have its own name lead here (DNS rebinding); the browser sends that name along.
  return isHere(host) ? undefined : 421;
}

function bearer(authorization: string): string {
  return /^bearer +(?<token>\S+) *$/i.exec(authorization)?.groups?.["token"] ?? "";
}

/** In a time that tells nothing of where they differ, nor of their lengths. */
function isSame(given: string, token: string): boolean {
  return timingSafeEqual(digest(given), digest(token));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

function isHere(host: string): boolean {
  const name = host.replace(/:\d{1,5}$/, "").replace(/^\[(.*)\]$/, "$1");
  return name.toLowerCase() === "localhost" || isLoopback(name);
}
