// What one asker may see with one command in one room: every look is checked against the role table here.
import type { Approval } from "../core/approval.ts";
import { standings } from "../core/app-secrets.ts";
import type { AppSight, Sight } from "../core/command.ts";
import { Refusal } from "../core/errors.ts";
import { newIdentity } from "../core/identities.ts";
import { isAppName, isServerName, type AppName, type ServerName } from "../core/ids.ts";
import { maskCommand } from "../core/mask.ts";
import type { AppFile, LogLine, LogQuery } from "../core/ports.ts";
import { mayAnywhere, type Permission } from "../core/roles.ts";
import type { Trouble } from "../core/trouble.ts";
import { appFacts, stackOf } from "./app-facts.ts";
import { exportTrail, seenEntries } from "./audit-sight.ts";
import { checkSight } from "./checking.ts";
import { whereOf } from "./company.ts";
import { depthOf } from "./depth.ts";
import { previewConfig } from "./config-planner.ts";
import { driftOn } from "./drifting.ts";
import { fleetOf } from "./fleet.ts";
import { Gate } from "./gate.ts";
import { knowledgeOf } from "./knowledge.ts";
import type { Message } from "./message.ts";
import { programsOf } from "./run-planner.ts";
import { secretFacts } from "./secret-facts.ts";
import { findApp } from "./target.ts";
import { retentionOf } from "./retention.ts";
import { lintSight, lookAt, recipeSight } from "./recipe-looks.ts";
import { serversFor } from "./server-sight.ts";
import { openSnapshot } from "./snapshot-sight.ts";
import { planSynced } from "./syncing.ts";
import { unknownOn } from "./unknown-backups.ts";
import { updatesSight } from "./update-sight.ts";
import type { World } from "./world.ts";

export function sightFor(world: World, message: Message, permission: Permission): Sight {
  const { sender: asker, room, event } = message;
  const request = { user: asker, room, permission };
  const gate = new Gate(world, request);
  const { jobs } = world.ledger;
  return {
    asker,
    room,
    event,
    now: world.clock.now(),
    commands: world.commands,
    mayUse: (other) => mayAnywhere(world.table(), { user: asker, room, permission: other }),
    table: () => world.table(),
    revocations: () => world.ledger.grants.revocations(),
    newIdentity: (user) => newIdentity(world.ledger.facts, user),
    absences: () => world.ledger.absences.standing(world.clock.now()),
    servers: () => gate.servers(),
    server: (name) => gate.server(name),
    app: (name, signal) => gate.app(name, signal),
    files: (signal) => gate.files(signal),
    ...backupsFor(world, { user: asker, room }),
    apps: (servers, signal) => appsOn(world, gate, servers, signal),
    depth: (file, signal) => depthOf(world, file, signal),
    ...recipesFor(world),
    check: (file, signal) => checkSight(world, file, signal),
    ...serversFor(world, gate),
    drift: (file, signal) => driftOn(world, file, signal),
    tasks: (file, signal) => world.hosts.get(file.server).tasks(stackOf(file), signal),
    logs: (file, query, signal) => logsOf(world, file, query, signal),
    plan: (request, signal) =>
      planSynced(world, gate, { request, typed: maskCommand(world.mask(message.body)) }, signal),
    programs: (app, signal) => programsOf(world, gate, app, signal),
    ...filesFor(world, gate),
    updates: () => updatesSight(world, gate, room),
    jobs: (limit) => jobs.recent(limit).filter(({ server, app }) => gate.allows({ server, app })),
    job: (id) => {
      const job = jobs.get(id);
      return job !== undefined && gate.allows({ server: job.server, app: job.app })
        ? job
        : undefined;
    },
    ...questionsFor(world, gate),
    audit: (query) => seenEntries(world, gate, query),
    auditExport: () => exportTrail(world, request),
    mask: (text) => world.mask(text),
  };
}

function backupsFor(
  world: World,
  who: Parameters<typeof openSnapshot>[1],
): Pick<
  Sight,
  "backups" | "unknownBackups" | "retention" | "lastGoodBackup" | "provenRestore" | "snapshot"
> {
  const { backups, drills } = world.ledger;
  return {
    backups: (app, limit) => backups.of(app, limit),
    unknownBackups: (file, signal) => unknownOn(world, file, signal),
    retention: (file, signal) => retentionOf(world, file, signal),
    lastGoodBackup: (app) => backups.lastGood(app),
    provenRestore: (app) => drills.proven(app),
    snapshot: (file, typed, signal) => openSnapshot(world, who, { file, typed }, signal),
  };
}

/** What env files say and would come to, and the secrets they name. */
function filesFor(world: World, gate: Gate): Pick<Sight, "preview" | "secrets" | "knowledge"> {
  return {
    preview: (edit, signal) => previewConfig(world, gate, edit, signal),
    secrets: async (app, signal) => standings(await secretFacts(world, gate, app, signal)),
    knowledge: async ({ app }, signal) =>
      knowledgeOf(world, await findApp(world, gate, { app }, signal), signal),
  };
}

/** Recipes belong to nobody's scope. */
function recipesFor(
  world: World,
): Pick<Sight, "catalogue" | "addedRecipes" | "recipe" | "lint" | "lookAt"> {
  return {
    catalogue: (signal) => world.recipes.catalogue(signal),
    addedRecipes: () => world.ledger.recipes.standing(),
    recipe: (recipe, signal) => recipeSight(world, recipe, signal),
    lint: (recipe, version, signal) => lintSight(world, recipe, version, signal),
    lookAt: (address, signal) => lookAt(world, address, signal),
  };
}

/** What is asked of people, what is held back and what is wrong, as far as the asker may see it. */
function questionsFor(
  world: World,
  gate: Gate,
): Pick<Sight, "approvals" | "approval" | "holds" | "troubles"> {
  const { approvals, holds, troubles } = world.ledger;
  const isOpen = (approval: Approval): boolean => gate.allows(whereOf(approval));
  return {
    approvals: () => approvals.standing().filter(isOpen),
    approval: (id) => {
      const approval = approvals.get(id);
      return approval !== undefined && isOpen(approval) ? approval : undefined;
    },
    holds: () => holds.standing(world.clock.now()).filter(({ target }) => mayTouch(gate, target)),
    troubles: () =>
      troubles
        .standing()
        .filter(({ toldAt, trouble }) => toldAt !== undefined && gate.allows(placeOf(trouble))),
  };
}

function placeOf(trouble: Trouble): { readonly server: ServerName; readonly app?: AppName } {
  const { server } = trouble;
  return "app" in trouble ? { server, app: trouble.app } : { server };
}

/** A hold names an app or a server. */
function mayTouch(gate: Gate, target: string): boolean {
  if (isServerName(target) && gate.servers().includes(target)) return true;
  return isAppName(target) && gate.allows({ app: target });
}

async function appsOn(
  world: World,
  gate: Gate,
  servers: readonly ServerName[],
  signal: AbortSignal,
): Promise<readonly AppSight[]> {
  const files = (await gate.files(signal)).filter(({ server }) => servers.includes(server));
  const asked = servers.filter((server) => files.some((file) => file.server === server));
  const fleets = new Map(
    await Promise.all(
      asked.map(async (server) => [server, await fleetOf(world, server, signal)] as const),
    ),
  );
  const drifted = new Set(world.ledger.drifts.standing().map(({ app }) => app));
  const newer = new Map(world.ledger.updates.open().map(({ app, to }) => [app, to]));
  return files.map((file) => ({
    ...appFacts(file, fleets.get(file.server)),
    ...(drifted.has(file.app) && { hasDrifted: true }),
    ...newerOf(newer.get(file.app)),
  }));
}

/** Throws Refusal `not-deployed` or `unknown-service`. */
async function logsOf(
  world: World,
  file: AppFile,
  query: LogQuery,
  signal: AbortSignal,
): Promise<readonly LogLine[]> {
  const { app, server } = file;
  const known = await servicesOf(world, file, signal);
  if (known.length === 0) throw new Refusal({ kind: "not-deployed", app });
  if (query.service !== undefined && !known.includes(query.service)) {
    throw new Refusal({ kind: "unknown-service", app, service: query.service, known });
  }
  return world.hosts.get(server).logs(stackOf(file), query, signal);
}

async function servicesOf(
  world: World,
  file: AppFile,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const stack = stackOf(file);
  const fleet = await world.hosts.get(file.server).fleet(signal);
  return fleet.filter((one) => one.stack === stack).map(({ service }) => service);
}

function newerOf(to: string | undefined): Pick<AppSight, "newer"> {
  return to === undefined ? {} : { newer: to };
}
