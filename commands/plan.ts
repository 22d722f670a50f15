// !plan: what a deploy would do, without doing it.
import type { Command } from "../src/core/command.ts";
import { proofDoc } from "../src/words/drills.ts";
import { holdsDoc } from "../src/words/holds.ts";
import { planDoc } from "../src/words/plan.ts";
import { DEPLOY_FLAGS, deployRequest } from "./deploy-request.ts";

export const plan: Command = {
  name: "plan",
  summary: "what a deploy would do, without doing it",
  usage: [
    "!plan RECIPE DOMAIN [--server SERVER] [--version VERSION] [KEY=VALUE …]",
    "!plan DOMAIN [--version VERSION] [--chaos] [--no-backup]",
  ],
  details: [
    "Shows for each service what changes and whether it restarts, images and settings old and new, secrets to be made, and how many people must agree. Changes nothing.",
  ],
  flags: DEPLOY_FLAGS,
  words: { min: 1, max: 2 },
  takesSettings: true,
  async run(invocation, sight, signal) {
    const made = await sight.plan(deployRequest(plan, invocation, sight), signal);
    const held = holdsDoc(sight.holds(), [made.app, made.server]);
    const isOther = !made.isNew && made.version.step !== "same";
    const proof = isOther ? proofDoc(sight.provenRestore(made.app), sight.now) : [];
    return { kind: "reply", doc: [...planDoc(made), ...proof, ...held] };
  },
};
