// Tells an address that all went well: the other side of a dead man's switch.
import { causeOf } from "../core/errno.ts";
import { Refusal } from "../core/errors.ts";

/** Milliseconds. */
const DEADLINE = 20_000;

/** The address is as good as a key: it is in no error. Throws Refusal `step-failed`. */
export async function ping(address: string, signal: AbortSignal): Promise<void> {
  const problem = await tryAddress(address, signal);
  if (problem !== undefined) throw new Refusal({ kind: "step-failed", step: "ping", problem });
}

async function tryAddress(address: string, signal: AbortSignal): Promise<string | undefined> {
  const { hostname } = new URL(address);
  try {
    const response = await fetch(address, {
      // Elsewhere is nobody that the config names.
      redirect: "error",
      signal: AbortSignal.any([signal, AbortSignal.timeout(DEADLINE)]),
    });
    await response.body?.cancel();
    return response.ok ? undefined : `${hostname} answered ${response.status}`;
  } catch (error) {
    signal.throwIfAborted();
    return `${hostname} did not answer (${causeOf(error)})`;
  }
}
