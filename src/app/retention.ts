// Lets go what the rules keep no longer, never the last good backup, and writes down what went.
import type { KeepRules, Snapshot, SnapshotQuery, Vault } from "../core/vault.ts";
import { appTag, MOOTS, ownerOf } from "../core/snapshot-tags.ts";
import type { Retention } from "../core/command.ts";
import type { AppFile } from "../core/ports.ts";
import { isAppName, type AppName, type ServerName } from "../core/ids.ts";
import { keptByRules } from "../core/keeping.ts";
import { SELF, SELF_TAG } from "../core/self.ts";
import type { World } from "./world.ts";

/** More than any app has. */
const MOST = 100_000;

export interface Keeping {
  /** `SELF`: moot's own. */
  readonly server: ServerName;
  readonly vault: Vault;
}

/** What moot put there. */
function queryOf({ server }: Keeping): SnapshotQuery {
  return { tags: [server === SELF ? SELF_TAG : MOOTS] };
}

interface Sieve {
  readonly query: SnapshotQuery;
  readonly keep: KeepRules;
}

export async function sift(
  world: World,
  kept: Keeping,
  keep: KeepRules,
  signal: AbortSignal,
): Promise<void> {
  const { server, vault } = kept;
  // Looked at first: what is saved meanwhile is not missed.
  const held = world.ledger.backups.snapshotsOn(server);
  const sieve = { query: queryOf(kept), keep };
  const spare = await sparedIn(world, kept, sieve, signal);
  const sifted = await vault.forget({ ...sieve, spare }, "for-good", signal);
  const there = new Set(sifted.flatMap((one) => (one.isKept ? [one.snapshot.id] : [])));
  const removed = sifted.flatMap(({ snapshot, isKept }) =>
    isKept ? [] : [{ app: appOf(snapshot), snapshot: snapshot.id }],
  );
  const gone = held.filter(({ snapshot }) => !there.has(snapshot));
  const now = world.clock.now();
  world.ledger.together(() => {
    world.ledger.backups.gone(
      server,
      gone.map(({ snapshot }) => snapshot),
      now,
    );
    record(world, server, [...removed, ...gone]);
  });
}

/** As the rules stand now; nothing is removed. */
export async function retentionOf(
  world: World,
  { app, server }: Pick<AppFile, "app" | "server">,
  signal: AbortSignal,
): Promise<Retention> {
  const vault = world.vaults.get(server);
  const { backups } = world.policy;
  if (backups === undefined) throw new Error("a repository without a section of the config");
  const { keep } = backups;
  const query = { tags: [MOOTS, appTag(app)] };
  const spare = await sparedIn(world, { server, vault }, { query, keep }, signal);
  return { keep, kept: await vault.forget({ query, keep, spare }, "dry-run", signal) };
}

/** Good ones by the rules, and the last of each; where moot knows of no good one, all of them. And what somebody is about to restore. */
async function sparedIn(
  world: World,
  { server, vault }: Keeping,
  { query, keep }: Sieve,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const groups = Map.groupBy(await vault.snapshots(query, signal), appOf);
  const good = [...groups].flatMap(([app, own]) => {
    const known = server === SELF ? selfGood(world) : appGood(world, app, { server, keep });
    return known.length > 0 ? known : own.map(({ id }) => id);
  });
  return [...good, ...namedSnapshots(world)];
}

/** By the plans that run, or may. */
function namedSnapshots({ ledger }: World): readonly string[] {
  const asked = ledger.approvals
    .standing()
    .flatMap(({ proposal }) => (proposal.kind === "plan" ? [proposal.plan] : []));
  return [...ledger.jobs.active().map(({ plan }) => plan), ...asked].flatMap(({ steps }) =>
    steps.flatMap((step) => ("snapshot" in step ? [step.snapshot] : [])),
  );
}

function appOf(snapshot: Snapshot): AppName | undefined {
  const name = ownerOf(snapshot);
  return name !== undefined && isAppName(name) ? name : undefined;
}

function selfGood({ ledger }: World): readonly string[] {
  const snapshot = ledger.selfBackups.lastGood()?.snapshot;
  return snapshot === undefined ? [] : [snapshot];
}

/** Where the app has moved away, the last good one that it left there too. */
function appGood(
  { ledger: { backups } }: World,
  app: AppName | undefined,
  { server, keep }: { readonly server: ServerName; readonly keep: KeepRules },
): readonly string[] {
  if (app === undefined) return [];
  const there = keptByRules(backups.good(app, server, MOST), keep);
  const last = backups.lastGood(app);
  return [...there, ...(last === undefined ? [] : [last])].flatMap(({ parts }) =>
    parts.map(({ snapshot }) => snapshot),
  );
}

/** In the caller's transaction: an entry for each app of which something went. */
function record(
  world: World,
  server: ServerName,
  gone: readonly { readonly app: AppName | undefined; readonly snapshot: string }[],
): void {
  for (const [app, own] of Map.groupBy(gone, (one) => one.app)) {
    const snapshots = [...new Set(own.map(({ snapshot }) => snapshot))];
    const entry = { who: "moot", what: "forget", on: app ?? server, detail: { server, snapshots } };
    world.ledger.audit.append(entry, world.clock.now());
  }
}
