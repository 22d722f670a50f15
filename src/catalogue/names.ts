// Asks the machine's resolver for the addresses of a domain.
import { lookup } from "node:dns/promises";
import { errnoOf } from "../core/errno.ts";
import type { Names } from "../core/ports.ts";

const LOOPBACK = ["127.0.0.1", "::1"];
const UNKNOWN = new Set(["ENOTFOUND", "ENODATA", "EAI_AGAIN"]);

/** `deadline` in milliseconds; a name that is unknown, or not answered for in time, has no addresses. */
export function openNames(deadline: number): Names {
  return {
    async addresses(domain, signal) {
      signal.throwIfAborted();
      // RFC 6761: never asked of the network, whatever the resolver would do.
      if (/(?:^|\.)localhost$/i.test(domain)) return LOOPBACK;
      const limit = AbortSignal.any([signal, AbortSignal.timeout(deadline)]);
      const found = await Promise.race([resolve(domain), aborted(limit)]);
      signal.throwIfAborted();
      return found;
    },
  };
}

/** The resolver cannot be interrupted; its late answer is dropped. */
async function resolve(domain: string): Promise<readonly string[]> {
  try {
    const found = await lookup(domain, { all: true });
    return found.map(({ address }) => address);
  } catch (error) {
    if (UNKNOWN.has(errnoOf(error) ?? "")) return [];
    throw error;
  }
}

function aborted(signal: AbortSignal): Promise<readonly string[]> {
  return new Promise((settle) => {
    signal.addEventListener("abort", () => settle([]), { once: true });
  });
}
