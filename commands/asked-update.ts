// Finds the open update that somebody means.
import type { Sight } from "../src/core/command.ts";
import { Refusal } from "../src/core/errors.ts";
import type { Update } from "../src/core/update.ts";

/** `version`: as it was typed, where it was. Throws Refusal `no-update`, `other-update` or `update-decided`. */
export async function askedUpdate(
  sight: Sight,
  name: string,
  version: string | undefined,
  signal: AbortSignal,
): Promise<Update> {
  const { app } = await sight.app(name, signal);
  const { open } = sight.updates();
  const update = open.find((one) => one.update.app === app)?.update;
  if (update === undefined) throw new Refusal({ kind: "no-update", app });
  const { to, job } = update;
  if (version !== undefined && version !== to) {
    throw new Refusal({ kind: "other-update", app, asked: version, to });
  }
  if (update.state === "decided")
    throw new Refusal({ kind: "update-decided", app, to, job: job ?? 0 });
  return update;
}
