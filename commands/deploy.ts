// !deploy: make a new app from a recipe and deploy it, or deploy an app that exists.
import type { Command } from "../src/core/command.ts";
import { DEPLOY_FLAGS, deployRequest } from "./deploy-request.ts";

export const deploy: Command = {
  name: "deploy",
  summary: "deploy a recipe at a domain",
  usage: [
    "!deploy RECIPE DOMAIN [--server SERVER] [--version VERSION] [KEY=VALUE …]",
    "!deploy DOMAIN [--version VERSION] [--chaos] [--no-backup]",
  ],
  details: [
    "The first form makes a new app: its env file from the recipe's sample with your KEY=VALUE settings, its secrets, and deploys it. If the app exists with that recipe, it is deployed as it is.",
    "The second form deploys an app that exists. Deploying the same twice changes nothing and succeeds.",
    "--chaos takes the newest commit of the recipe instead of a published version; it needs more people to agree.",
    "Never type a password here: make it a secret of the recipe.",
  ],
  flags: DEPLOY_FLAGS,
  words: { min: 1, max: 2 },
  takesSettings: true,
  async run(invocation, sight, signal) {
    const request = deployRequest(deploy, invocation, sight);
    return { kind: "start", request, plan: await sight.plan(request, signal) };
  },
};
