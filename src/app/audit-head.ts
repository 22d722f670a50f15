// Posts the head of the audit's chain once a day, so that whoever holds the database cannot rewrite what the room saw.
import { auditHeadDoc } from "../words/audit.ts";
import { alertRoomsFor } from "./alert-rooms.ts";
import type { Duty } from "./duty.ts";
import { say } from "./say.ts";

const DAY = 24 * 3_600_000;

/** Due once a day is over, and unless nothing was written down since the last head was. */
export const postHead: Duty = {
  name: "post the head of the audit",
  run(world, now) {
    const { audit, outbox } = world.ledger;
    const midnight = now - (now % DAY);
    const key = `head:${new Date(midnight).toISOString().slice(0, 10)}`;
    const [newest] = audit.find({ before: midnight, limit: 1 });
    const rooms = alertRoomsFor(world, "alarm");
    const [first] = rooms;
    if (newest === undefined || newest.what === "head" || first === undefined) return;
    if (outbox.isKnown(`${key}:${first}`)) return;
    world.ledger.together(() => {
      const head = audit.head();
      const doc = auditHeadDoc(head, audit.key);
      for (const room of rooms) say(world, `${key}:${room}`, { room, doc });
      audit.append({ who: "moot", what: "head", detail: { ...head } }, now);
    });
  },
};
