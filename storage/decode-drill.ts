// The shapes in which drills are kept, as steps of a plan and as what people should know of them.
import { z } from "zod";
import type { DrillMatter } from "../src/core/drill.ts";
import type { DrillStep } from "../src/core/drill-steps.ts";
import type { HealthCheck, Renamed } from "../src/core/scratch.ts";
import { app, exactly, server, stack, strings } from "./decode.ts";

const text = z.string();
const on = { stack, server: server.exactOptional() };

const renamed = exactly<Renamed>()(z.strictObject({ from: text, to: text }));

const check = exactly<HealthCheck>()(
  z.strictObject({
    service: text,
    argv: z.tuple([text], text),
    timeout: z.number(),
    tries: z.number(),
  }),
);

const things = { app, volumes: strings, secrets: z.array(renamed), repository: server };

export const drillStep = exactly<DrillStep>()(
  z.discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("set-up-scratch"),
      ...on,
      ...things,
      snapshot: text,
      image: text,
      node: text,
    }),
    z.strictObject({ kind: z.literal("run-scratch"), ...on, compose: text }),
    z.strictObject({
      kind: z.literal("prove"),
      ...on,
      checks: z.array(check),
      unchecked: strings,
    }),
    z.strictObject({ kind: z.literal("take-down-scratch"), ...on, ...things }),
  ]),
);

const path = z.strictObject({ service: text, path: text });
const lack = z.strictObject({ service: text, capability: text });

const unknown = z.strictObject({
  repository: server,
  count: z.number(),
  newest: z.strictObject({ snapshot: text, at: z.number() }),
});

export const drillMatter = exactly<DrillMatter>()(
  z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("tries"), snapshots: strings, at: z.number() }),
    z.strictObject({ kind: z.literal("left-out"), paths: z.array(path) }),
    z.strictObject({ kind: z.literal("powerless"), lacks: z.array(lack) }),
    z.strictObject({ kind: z.literal("passes-over"), app, unknown }),
    z.strictObject({ kind: z.literal("unchecked"), services: strings }),
    z.strictObject({ kind: z.literal("elsewhere"), server, repository: server }),
  ]),
);
