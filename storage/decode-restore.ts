// The shapes in which restores are kept, as steps of a plan and as what people should know of them.
import { z } from "zod";
import type { RestoreMatter } from "../src/core/restore.ts";
import type { RestoreStep } from "../src/core/restore-steps.ts";
import type { RestoredVolume } from "../src/core/vault.ts";
import { backupFault } from "./decode-backup.ts";
import { exactly, server, stack, strings } from "./decode.ts";

const text = z.string();
const on = { stack, server: server.exactOptional() };

const restoredVolume = exactly<RestoredVolume>()(
  z.strictObject({
    from: text,
    to: text,
    isEmptied: z.boolean(),
    isLeftEmpty: z.literal(true).exactOptional(),
    paths: strings.exactOptional(),
  }),
);

export const restoreStep = exactly<RestoreStep>()(
  z.discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("restore-volumes"),
      ...on,
      repository: server,
      snapshot: text,
      node: text.exactOptional(),
      volumes: z.array(restoredVolume),
    }),
    z.strictObject({
      kind: z.literal("place-secret"),
      name: text,
      from: text,
      repository: server,
      snapshot: text,
    }),
    z.strictObject({
      kind: z.literal("undo-restore"),
      ...on,
      services: z.array(z.strictObject({ service: text, replicas: z.int() })),
    }),
  ]),
);

export const restoreMatter = exactly<RestoreMatter>()(
  z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("safety"), volumes: strings }),
    z.strictObject({ kind: z.literal("unjudged"), snapshot: text }),
    z.strictObject({ kind: z.literal("not-counted"), faults: z.array(backupFault) }),
    z.strictObject({ kind: z.literal("other-version"), then: text, now: text }),
    z.strictObject({ kind: z.literal("other-env"), keys: strings }),
    z.strictObject({
      kind: z.literal("rotated"),
      // What was kept before it was named is for reading alone.
      app: text.default("APP"),
      secrets: strings,
      snapshot: text,
    }),
    z.strictObject({ kind: z.literal("stays"), volumes: strings }),
    z.strictObject({ kind: z.literal("runs-on"), services: strings }),
    z.strictObject({ kind: z.literal("hook-skipped"), services: strings }),
    z.strictObject({ kind: z.literal("nothing-loads"), volumes: strings }),
    z.strictObject({ kind: z.literal("stays-down") }),
    z.strictObject({
      kind: z.literal("new-home"),
      domain: text.exactOptional(),
      from: server,
      server,
      addresses: strings,
      hasRepository: z.boolean(),
    }),
  ]),
);
