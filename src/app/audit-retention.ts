// Cuts what of the audit is older than the config keeps; a signed stub stands for it.
import { ago } from "../core/span.ts";
import type { Duty } from "./duty.ts";

const DAY = 24 * 3_600_000;

/** Counted from the beginning of a day, so that there is at most one cut a day. */
export const cutAudit: Duty = {
  name: "cut the audit",
  run(world, now) {
    const { keepsAudit } = world.policy;
    const { audit } = world.ledger;
    if (keepsAudit === undefined) return;
    world.ledger.together(() => {
      const before = ago(keepsAudit, now - (now % DAY));
      const entries = audit.cut(before, now);
      if (entries > 0) audit.append({ who: "moot", what: "cut", detail: { entries, before } }, now);
    });
  },
};
