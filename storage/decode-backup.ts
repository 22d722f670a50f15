// The shapes in which backups are kept, as steps of a plan and as what became of them.
import { z } from "zod";
import type { BackupFault, HookReport, SavedPart, VolumeMeasure } from "../src/core/backup.ts";
import type { Hook } from "../src/core/backup-labels.ts";
import type { BackupOddity } from "../src/core/backup-scope.ts";
import type { BackupStep } from "../src/core/backup-steps.ts";
import type { Verdict } from "../src/core/job.ts";
import type { LoadedVolume } from "../src/core/vault.ts";
import { exactly, recipe, server, stack, strings } from "./decode.ts";

const text = z.string();
const count = z.int();

const hook = exactly<Hook>()(
  z.strictObject({
    service: text,
    when: z.enum(["backup-pre", "backup-post", "restore-pre", "restore-post"]),
    command: text,
  }),
);

export const volume = exactly<LoadedVolume>()(
  z.strictObject({ name: text, paths: strings.exactOptional() }),
);

const on = { stack, server: server.exactOptional() };

export const backupStep = exactly<BackupStep>()(
  z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("settle"), ...on, services: strings, seconds: z.number() }),
    z.strictObject({ kind: z.literal("run-hook"), ...on, hook, seconds: z.number() }),
    z.strictObject({ kind: z.literal("pause-service"), ...on, service: text, replicas: count }),
    z.strictObject({
      kind: z.literal("resume-service"),
      ...on,
      service: text,
      seconds: z.number(),
    }),
    z.strictObject({
      kind: z.literal("save"),
      ...on,
      node: text,
      volumes: z.array(volume),
      secrets: z.array(z.strictObject({ image: text, names: strings })),
      recipe,
      version: text,
      hooks: z.array(hook),
    }),
    z.strictObject({ kind: z.literal("judge-backup"), ...on, isSmallRight: z.boolean() }),
    z.strictObject({ kind: z.literal("abandon-save"), ...on }),
  ]),
);

const unread = z.array(z.strictObject({ path: text, problem: text }));

export const hookReport = exactly<HookReport>()(
  z.strictObject({ service: text, when: hook.shape.when, problem: text }),
);

export const savedPart = exactly<SavedPart>()(
  z.strictObject({
    node: text,
    snapshot: text,
    volumes: z.array(volume),
    files: count,
    bytes: count,
    added: count,
    seconds: z.number(),
    unread,
  }),
);

export const volumeMeasure = exactly<VolumeMeasure>()(
  z.strictObject({ volume: text, node: text, files: count, bytes: count }),
);

const path = text.exactOptional();

export const backupFault = exactly<BackupFault>()(
  z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("hook"), ...hookReport.shape }),
    z.strictObject({ kind: z.literal("incomplete"), node: text, unread }),
    z.strictObject({ kind: z.literal("missing"), volume: text, path: text }),
    z.strictObject({ kind: z.literal("empty"), volume: text, path }),
    z.strictObject({
      kind: z.literal("smaller"),
      volume: text.exactOptional(),
      bytes: count,
      before: count,
    }),
    z.strictObject({ kind: z.literal("stopped"), problem: text }),
  ]),
);

export const verdict = exactly<Verdict>()(
  z.strictObject({ volumes: z.array(volumeMeasure), faults: z.array(backupFault) }),
);

const service = { service: text };

export const backupOddity = exactly<BackupOddity>()(
  z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("several-services"), services: strings }),
    z.strictObject({ kind: z.literal("container-label"), ...service }),
    z.strictObject({ kind: z.literal("unknown-label"), ...service, label: text }),
    z.strictObject({ kind: z.literal("unclear-value"), ...service, label: text, value: text }),
    z.strictObject({ kind: z.literal("unknown-volume"), ...service, volume: text }),
    z.strictObject({ kind: z.literal("bad-path"), ...service, volume: text, path: text }),
    z.strictObject({ kind: z.literal("path-outside"), ...service, path: text }),
    z.strictObject({ kind: z.literal("old-command"), ...service }),
    z.strictObject({ kind: z.literal("volume-disputed"), volume: text }),
    z.strictObject({ kind: z.literal("foreign-volume"), ...service, volume: text }),
    z.strictObject({ kind: z.literal("host-path"), ...service, path: text }),
    z.strictObject({ kind: z.literal("left-volume"), volume: text, nodes: strings }),
    z.strictObject({ kind: z.literal("as-it-runs"), services: strings }),
    z.strictObject({ kind: z.literal("secrets-unread"), secrets: strings }),
    z.strictObject({ kind: z.literal("at-rest") }),
  ]),
);
