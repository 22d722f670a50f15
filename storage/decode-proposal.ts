// The shapes in which proposals and what became of them are kept.
import { z } from "zod";
import type { ApprovalOutcome } from "../src/core/approval.ts";
import type { Proposal } from "../src/core/proposal.ts";
import type { PlanRequest } from "../src/core/request.ts";
import type { ScopeGlobs } from "../src/core/roles.ts";
import { app, exactly, recipe, server, strings, time, user } from "./decode.ts";
import { plan } from "./decode-plan.ts";
import { newServer, waste } from "./decode-server.ts";

const text = z.string();

const version = text.exactOptional();
const noBackup = z.literal(true).exactOptional();

const request = exactly<PlanRequest>()(
  z.discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("deploy"),
      app,
      recipe: recipe.exactOptional(),
      server: server.exactOptional(),
      version,
      isChaos: z.boolean(),
      settings: z.array(z.tuple([text, text])),
      noBackup,
    }),
    z.strictObject({ kind: z.literal("upgrade"), app, version, noBackup }),
    z.strictObject({
      kind: z.literal("rollback"),
      app,
      version,
      withData: z.literal(true).exactOptional(),
      noBackup,
    }),
    z.strictObject({ kind: z.literal("move"), app, to: server, noBackup }),
    z.strictObject({ kind: z.literal("settle"), app }),
    z.strictObject({ kind: z.literal("undeploy"), app, noBackup }),
    z.strictObject({ kind: z.literal("remove"), app, noBackup }),
    z.strictObject({
      kind: z.literal("backup"),
      app,
      stop: strings,
      isAll: z.boolean(),
      isSmallRight: z.boolean(),
    }),
    z.strictObject({
      kind: z.literal("restore"),
      app,
      snapshot: text.exactOptional(),
      as: app.exactOptional(),
      server: server.exactOptional(),
      isAnyway: z.boolean(),
      noBackup,
    }),
    z.strictObject({ kind: z.literal("drill"), app, server: server.exactOptional() }),
    z.strictObject({ kind: z.literal("restart"), app, service: text.exactOptional() }),
    z.strictObject({ kind: z.literal("run"), app, words: strings, seconds: z.number() }),
    z.strictObject({
      kind: z.literal("config"),
      app,
      settings: z.array(z.tuple([text, text])),
      unset: strings,
    }),
    z.strictObject({ kind: z.literal("secret-generate"), app, secret: text.exactOptional() }),
    z.strictObject({ kind: z.literal("secret-rotate"), app, secret: text }),
    z.strictObject({ kind: z.literal("secret-remove"), app, secret: text }),
    z.strictObject({ kind: z.literal("secret-insert"), app, secret: text, trim: z.boolean() }),
  ]),
);

export const scopeGlobs = exactly<ScopeGlobs>()(
  z.strictObject({
    servers: strings.exactOptional(),
    apps: strings.exactOptional(),
    rooms: strings.exactOptional(),
  }),
);

export const proposal = exactly<Proposal>()(
  z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("plan"), request, plan, update: z.int().exactOptional() }),
    z.strictObject({
      kind: z.literal("grant"),
      user,
      role: text,
      on: scopeGlobs.exactOptional(),
      until: time.exactOptional(),
    }),
    z.strictObject({ kind: z.literal("revoke"), user, role: text }),
    z.strictObject({ kind: z.literal("identity"), user, identity: text }),
    z.strictObject({
      kind: z.literal("recipe"),
      act: z.enum(["add", "forget"]),
      name: recipe,
      address: text,
      look: z.strictObject({ version: text, broken: strings }).exactOptional(),
    }),
    z.strictObject({ kind: z.literal("unhold"), hold: z.int() }),
    z.strictObject({ kind: z.literal("review"), breakglass: z.int() }),
    z.strictObject({ kind: z.literal("server"), newcomer: newServer }),
    z.strictObject({ kind: z.literal("server-remove"), server }),
    z.strictObject({ kind: z.literal("prune"), server, waste: z.array(waste) }),
  ]),
);

export const outcome = exactly<ApprovalOutcome>()(
  z.strictObject({
    job: z.int().exactOptional(),
    by: user.exactOptional(),
    reason: text.exactOptional(),
  }),
);
