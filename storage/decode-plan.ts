// The shapes in which plans and their steps are kept.
import { z } from "zod";
import type { Danger, Loss, Plan, Warning } from "../src/core/plan.ts";
import type { FieldChange, ServiceChange } from "../src/core/service-change.ts";
import { backupOddity, volume } from "./decode-backup.ts";
import { drillMatter } from "./decode-drill.ts";
import { restoreMatter } from "./decode-restore.ts";
import { step } from "./decode-step.ts";
import { app, exactly, recipe, server, stack, strings } from "./decode.ts";

const text = z.string();
const maybe = text.exactOptional();

const fieldChange = exactly<FieldChange>()(
  z.discriminatedUnion("what", [
    z.strictObject({ what: z.literal("image"), from: text, to: text }),
    z.strictObject({ what: z.literal("env"), key: text, from: maybe, to: maybe }),
    z.strictObject({ what: z.literal("label"), key: text, from: maybe, to: maybe }),
    z.strictObject({ what: z.literal("replicas"), from: text, to: text }),
    z.strictObject({
      what: z.enum(["secret", "config", "volume", "network"]),
      added: strings,
      removed: strings,
    }),
    z.strictObject({ what: z.literal("setting"), path: text, from: maybe, to: maybe }),
  ]),
);

const serviceChange = exactly<ServiceChange>()(
  z.strictObject({
    service: text,
    fate: z.enum(["starts", "restarts", "keeps", "unchanged", "removed"]),
    changes: z.array(fieldChange),
  }),
);

const warning = exactly<Warning>()(
  z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("unset-variable"), names: strings }),
    z.strictObject({ kind: z.literal("missing-from-env"), keys: strings }),
    z.strictObject({ kind: z.literal("dns"), domain: text, found: strings, server: strings }),
    z.strictObject({ kind: z.literal("ignored-key"), service: text, key: text }),
    z.strictObject({ kind: z.literal("unpinned-image"), service: text, image: text, why: text }),
    z.strictObject({ kind: z.literal("sqlite-start-first"), service: text }),
    z.strictObject({ kind: z.literal("recipe-stale"), recipe: text, problem: text }),
    z.strictObject({ kind: z.literal("data-stay") }),
    z.strictObject({ kind: z.literal("return-differs"), services: strings }),
    z.strictObject({ kind: z.literal("away-briefly"), services: strings }),
    z.strictObject({ kind: z.literal("unknown-charset"), secret: text, charset: text }),
    z.strictObject({ kind: z.literal("unknown-key"), key: text, nearest: maybe }),
    z.strictObject({ kind: z.literal("keys-unchecked"), why: text }),
    z.strictObject({ kind: z.literal("key-twice"), key: text, lines: z.array(z.number()) }),
    z.strictObject({ kind: z.literal("compose-files"), added: strings, removed: strings }),
    z.strictObject({ kind: z.literal("database-keeps"), secret: text, services: strings }),
    z.strictObject({ kind: z.literal("rotates-also"), secrets: strings }),
    z.strictObject({ kind: z.literal("must-insert"), secret: text }),
    z.strictObject({ kind: z.literal("secret-wanted"), secret: text }),
    z.strictObject({ kind: z.literal("stack-renamed"), from: text, to: text }),
    z.strictObject({ kind: z.literal("carries-room"), stack, server }),
    z.strictObject({ kind: z.literal("value-lost"), key: text }),
    z.strictObject({ kind: z.literal("backup"), oddity: backupOddity }),
    z.strictObject({ kind: z.literal("away-while-saved"), services: strings }),
    z.strictObject({
      kind: z.literal("no-backup-first"),
      why: z.enum(["none", "no", "misplaced"]),
    }),
    z.strictObject({ kind: z.literal("restore"), matter: restoreMatter }),
    z.strictObject({ kind: z.literal("drill"), matter: drillMatter }),
  ]),
);

const danger = exactly<Danger>()(
  z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("major-step"), from: text, to: text }),
    z.strictObject({ kind: z.literal("chaos"), commit: text }),
    z.strictObject({ kind: z.literal("outside-catalogue"), recipe: text }),
    z.strictObject({ kind: z.literal("no-return"), why: text }),
    z.strictObject({
      kind: z.literal("move"),
      from: server,
      to: server,
      volumes: z.number(),
      bytes: z.number().exactOptional(),
    }),
    z.strictObject({ kind: z.literal("path-stays"), service: text, path: text, server }),
    z.strictObject({ kind: z.literal("tag-moved"), version: text, from: text, to: text }),
    z.strictObject({ kind: z.literal("post-commands"), key: text }),
    z.strictObject({ kind: z.literal("takes-down"), services: strings }),
    z.strictObject({ kind: z.literal("without-backup") }),
    z.strictObject({
      kind: z.literal("beside"),
      app: text,
      snapshots: strings,
      at: z.number(),
    }),
    z.strictObject({
      kind: z.literal("rebuilds"),
      from: z.strictObject({ server, isSilent: z.boolean() }).exactOptional(),
      snapshots: strings,
      at: z.number(),
    }),
    z.strictObject({
      kind: z.literal("overwrites"),
      volumes: z.array(volume),
      snapshots: strings,
      at: z.number(),
    }),
    z.strictObject({ kind: z.literal("destroys"), volumes: z.number(), secrets: z.number() }),
    z.strictObject({ kind: z.literal("runs-function"), service: text, function: text }),
    z.strictObject({ kind: z.literal("host-path"), service: text, path: text }),
    z.strictObject({ kind: z.literal("docker-socket"), service: text }),
    z.strictObject({ kind: z.literal("secret-replaced"), secret: text }),
    z.strictObject({ kind: z.literal("secret-removed"), secret: text }),
    z.strictObject({ kind: z.literal("secret-inserted"), secret: text }),
    z.strictObject({ kind: z.literal("open-router"), service: text, rule: text }),
    z.strictObject({ kind: z.literal("host-network"), service: text }),
    z.strictObject({ kind: z.literal("capabilities"), service: text, added: strings }),
  ]),
);

const loss = exactly<Loss>()(
  z.strictObject({
    what: z.enum(["volume", "secret", "config", "env-file"]),
    name: text,
    bytes: z.number().exactOptional(),
    node: maybe,
  }),
);

export const plan = exactly<Plan>()(
  z.strictObject({
    act: z.enum([
      "deploy",
      "upgrade",
      "rollback",
      "undeploy",
      "remove",
      "restart",
      "backup",
      "restore",
      "drill",
      "run",
      "move",
      "settle",
      "config",
      "secret-generate",
      "secret-rotate",
      "secret-remove",
      "secret-insert",
    ]),
    app,
    server,
    recipe,
    isNew: z.boolean(),
    version: z.strictObject({
      from: maybe,
      to: text,
      step: z.enum(["first", "same", "patch", "minor", "major", "older", "chaos", "unknown"]),
    }),
    services: z.array(serviceChange),
    secretsToMake: strings,
    notes: z.array(z.strictObject({ version: text, text })),
    losses: z.array(loss),
    newKeys: z.array(z.strictObject({ key: text, value: text, comment: maybe })),
    warnings: z.array(warning),
    dangers: z.array(danger),
    tier: z.enum(["routine", "change", "danger"]),
    scope: z.strictObject({
      server,
      from: server.exactOptional(),
      app,
      stack,
      secrets: strings,
      volumes: strings,
      hosts: strings,
    }),
    steps: z.array(step),
    back: z
      .strictObject({ version: text, from: z.int(), until: z.int(), steps: z.array(step) })
      .exactOptional(),
    release: z
      .strictObject({ from: z.int(), until: z.int(), steps: z.array(step) })
      .exactOptional(),
    revision: z.record(text, z.number()),
    hash: text,
  }),
);
