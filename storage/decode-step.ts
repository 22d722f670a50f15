// The shapes in which the steps of a plan are kept.
import { z } from "zod";
import type { StackState } from "../src/core/state.ts";
import type { SecretRecipe, Step, TurnBack } from "../src/core/step.ts";
import { exactly, json, server, stack, strings, user } from "./decode.ts";
import { backupStep } from "./decode-backup.ts";
import { drillStep } from "./decode-drill.ts";
import { restoreStep } from "./decode-restore.ts";

const text = z.string();
const maybe = text.exactOptional();
const texts = z.record(text, text);
const settings = z.record(text, json);

const stackState = exactly<StackState>()(
  z.strictObject({
    stack,
    services: z.array(
      z.strictObject({
        name: text,
        image: text,
        digest: maybe,
        env: texts,
        labels: texts,
        secrets: strings,
        configs: strings,
        volumes: strings,
        binds: strings,
        networks: strings,
        replicas: z.union([z.number(), z.literal("global")]),
        template: settings,
        endpoint: settings,
        outer: settings,
      }),
    ),
    configs: z.array(z.strictObject({ name: text, sha256: text })),
  }),
);

const secretRecipe = exactly<SecretRecipe>()(
  z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("passphrase"), words: z.number() }),
    z.strictObject({ kind: z.literal("random"), length: z.number(), alphabet: text }),
  ]),
);

export const step = exactly<Step>()(
  z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("pull"), service: text, image: text }),
    z.strictObject({ kind: z.literal("write-env"), path: text, text, before: maybe }),
    z.strictObject({ kind: z.literal("create-secret"), name: text, make: secretRecipe }),
    z.strictObject({ kind: z.literal("insert-secret"), name: text, trim: z.boolean() }),
    z.strictObject({ kind: z.literal("remove-secrets"), names: strings }),
    z.strictObject({
      kind: z.literal("deploy-stack"),
      stack,
      compose: text,
      desired: stackState,
      env: text,
      server: server.exactOptional(),
    }),
    z.strictObject({
      kind: z.literal("watch"),
      stack,
      server: server.exactOptional(),
      services: strings,
      seconds: z.number(),
    }),
    z.strictObject({ kind: z.literal("remove-services"), stack, services: strings }),
    z.strictObject({
      kind: z.literal("remove-stack"),
      stack,
      server: server.exactOptional(),
    }),
    z.strictObject({
      kind: z.literal("destroy"),
      what: z.enum(["volume", "secret", "config"]),
      names: strings,
      server: server.exactOptional(),
      isCarried: z.literal(true).exactOptional(),
    }),
    z.strictObject({ kind: z.literal("remove-env"), path: text, before: text }),
    z.strictObject({
      kind: z.literal("restart"),
      stack,
      counters: z.record(text, z.number()),
    }),
    z.strictObject({
      kind: z.literal("run-function"),
      stack,
      service: text,
      function: text,
      args: strings,
      script: text,
      seconds: z.number(),
    }),
    z.strictObject({ kind: z.literal("record-version"), version: text }),
    z.strictObject({ kind: z.literal("probe"), domain: text }),
    z.strictObject({
      kind: z.literal("carry-secrets"),
      from: server,
      names: strings,
      image: text,
    }),
    z.strictObject({
      kind: z.literal("carry-volume"),
      from: server,
      volume: text,
      stack,
      image: text,
    }),
    z.strictObject({ kind: z.literal("move-env"), from: text, to: text, text, before: maybe }),
    z.strictObject({ kind: z.literal("commit"), path: text, from: maybe, message: text }),
    ...backupStep.options,
    ...restoreStep.options,
    ...drillStep.options,
  ]),
);

export const turnBack = exactly<TurnBack>()(
  z.strictObject({
    kind: z.literal("turn-back"),
    version: text,
    by: user.exactOptional(),
    isRelease: z.literal(true).exactOptional(),
  }),
);
