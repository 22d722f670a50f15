// Keeps who is away; what has been is in the audit trail.
import { z } from "zod";
import type { Absence } from "../src/core/absence.ts";
import type { Absences } from "../src/core/ledger.ts";
import type { Database } from "./database.ts";
import { decode, exactly, time, user } from "./decode.ts";

const absence = exactly<Absence>()(
  z.strictObject({ user, since: time, until: time.exactOptional() }),
);

export function openAbsences(database: Database): Absences {
  const leave = database.prepare(`
    INSERT INTO absence (user, since, until) VALUES (@user, @since, @until)
    ON CONFLICT (user) DO UPDATE SET since = excluded.since, until = excluded.until`);
  const back = database.prepare("DELETE FROM absence WHERE user = @user");
  const standing = database.prepare(`
    SELECT user, since, until FROM absence WHERE until IS NULL OR until > @now ORDER BY user`);
  return {
    leave: ({ until = null, ...rest }) => void leave.run({ ...rest, until }),
    back: (who) => void back.run({ user: who }),
    standing: (now) => standing.all({ now }).map((row) => decode(absence, row)),
  };
}
