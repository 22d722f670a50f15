// Takes in servers, forgets them, and has them tidied, once people have agreed.
import { Refusal } from "../core/errors.ts";
import type { ServerName } from "../core/ids.ts";
import type { AppFile } from "../core/ports.ts";
import type { Proposal } from "../core/proposal.ts";
import type { NewServer, Work } from "../core/servers.ts";
import { loginText } from "../core/ssh-address.ts";
import type { Json } from "../core/state.ts";
import { lastMove, requireSettled } from "./left-behind.ts";
import type { Agreed } from "./people.ts";
import type { World } from "./world.ts";

/** In the caller's transaction. Throws Refusal `server-exists` or `server-key-gone`. */
export function addServer(world: World, newcomer: NewServer, agreed: Agreed): void {
  const { servers } = world.ledger;
  const { server, publicKey, address, jump } = newcomer;
  if (isKnown(world, server)) throw new Refusal({ kind: "server-exists", server });
  if (servers.keyPair(publicKey) === undefined) {
    throw new Refusal({ kind: "server-key-gone", server });
  }
  servers.add(newcomer, agreed.by, world.clock.now());
  audit(world, agreed, server, {
    act: "added",
    address: loginText(address),
    fingerprint: address.hostKey.fingerprint,
    ...(jump !== undefined && { jump: loginText(jump), jumpKey: jump.hostKey.fingerprint }),
  });
  queue(world, agreed, server, { kind: "look" });
}

/** Whether a server of this name is in the config, or was added. */
export function isKnown({ doors, ledger }: World, server: ServerName): boolean {
  return (
    doors.isConfigured(server) || ledger.servers.standing().some((one) => one.server === server)
  );
}

/** In the caller's transaction, moot's key with it. Throws Refusal `unknown-server` when it was removed before. */
export function removeServer(world: World, server: ServerName, agreed: Agreed): void {
  const isRemoved = world.ledger.servers.remove(server, agreed.by, world.clock.now());
  if (!isRemoved) throw new Refusal({ kind: "unknown-server", server, known: world.hosts.servers });
  audit(world, agreed, server, { act: "removed" });
  world.bells.errands.ring();
}

/** Asked before the transaction, since apps are files. Throws Refusal `server-in-use` or `side-left`. */
export async function requireNoApps(
  world: World,
  server: ServerName,
  signal: AbortSignal,
): Promise<void> {
  const files = await world.apps.list(signal);
  const apps = files.filter((file) => file.server === server).map(({ app }) => app);
  const busy = world.ledger.jobs
    .active()
    .filter(({ plan }) => plan.scope.from === server || plan.scope.server === server)
    .map(({ app }) => app);
  const users = [...new Set([...apps, ...busy])];
  if (users.length > 0) throw new Refusal({ kind: "server-in-use", server, apps: users });
  for (const file of files) {
    if (lastMove(world, file)?.from === server) await requireReachableSettled(world, file, signal);
  }
}

/** A server that is gone for good must be forgotten all the same. */
async function requireReachableSettled(
  world: World,
  file: AppFile,
  signal: AbortSignal,
): Promise<void> {
  try {
    await requireSettled(world, file, signal);
  } catch (error) {
    if (!(error instanceof Refusal) || error.reason.kind !== "server-unreachable") throw error;
  }
}

/** In the caller's transaction. */
export function queuePrune(
  world: World,
  { server, waste }: Extract<Proposal, { readonly kind: "prune" }>,
  agreed: Agreed,
): void {
  audit(world, agreed, server, { act: "put down for tidying" });
  queue(world, agreed, server, { kind: "prune", waste });
}

function queue(world: World, agreed: Agreed, server: ServerName, work: Work): void {
  const { room, command, by } = agreed;
  world.ledger.errands.queue({ server, room, command, by, work }, world.clock.now());
  world.bells.errands.ring();
}

function audit(
  world: World,
  { by, command: event, yes: agreed }: Agreed,
  on: ServerName,
  detail: Readonly<Record<string, Json>>,
): void {
  world.ledger.audit.append(
    { who: by, what: "server", on, event, detail: { ...detail, agreed } },
    world.clock.now(),
  );
}
