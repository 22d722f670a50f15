// Fleets of every size, for tests of the digest and of its picture.
import type { Digest, DigestApp, DigestChange } from "../../src/core/digest.ts";
import { isAppName, isServerName, isUserId } from "../../src/core/ids.ts";
import { named } from "../named.ts";

const DAY = 24 * 3_600_000;
export const SINCE = Date.UTC(2026, 10, 19, 9);
const UNTIL = SINCE + 7 * DAY;
export const ANA = named(isUserId, "@ana:example.coop");

export function digest(parts: Partial<Digest> = {}): Digest {
  return {
    since: SINCE,
    until: UNTIL,
    apps: [],
    changes: [],
    troublesOpen: 0,
    backups: [],
    ...parts,
  };
}

export function current(app: string, parts: Partial<DigestApp> = {}): DigestApp {
  return {
    app: named(isAppName, app),
    server: named(isServerName, "alpha.example.coop"),
    recipe: "wiki",
    version: "1.0.0+5.0",
    newest: "1.0.0+5.0",
    versionsBehind: 0,
    standing: "current",
    ...parts,
  };
}

export function behind(app: string, days: number, parts: Partial<DigestApp> = {}): DigestApp {
  const how = {
    newest: "2.0.0+6.0",
    versionsBehind: 3,
    daysBehind: days,
    standing: "pending",
  } as const;
  return current(app, { ...how, ...parts });
}

export function unknown(app: string, problem: string): DigestApp {
  return unmeasured(app, { standing: "unknown", problem });
}

/** Behind, and nobody knows how far. */
export function unmeasured(app: string, parts: Partial<DigestApp> = {}): DigestApp {
  const { server, recipe } = current(app);
  return { app: named(isAppName, app), server, recipe, standing: "pending", ...parts };
}

export function change(app: string, parts: Partial<DigestChange> = {}): DigestChange {
  return {
    app: named(isAppName, app),
    from: "1.0.0+5.0",
    to: "1.1.0+5.1",
    by: ANA,
    at: SINCE + DAY,
    ending: "succeeded",
    ...parts,
  };
}

/** So many apps, a third of them each behind, current and unknown. */
export function fleet(count: number): readonly DigestApp[] {
  return Array.from({ length: count }, (_, index) => {
    const app = `app${index}.example.coop`;
    if (index % 3 === 1) return current(app);
    return index % 3 === 2 ? unknown(app, "no answer") : behind(app, (index * 37) % 400);
  });
}
