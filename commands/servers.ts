// !servers: every server with its engine, swarm, memory, disk and clock.
import type { Command } from "../src/core/command.ts";
import { serversDoc } from "../src/words/servers.ts";

export const servers: Command = {
  name: "servers",
  summary: "the servers and how they are",
  usage: ["!servers"],
  details: [
    "Asks every server that you may see: engine version, swarm role, nodes, memory, disk, clock.",
  ],
  flags: {},
  words: { min: 0, max: 0 },
  takesSettings: false,
  async run(_invocation, sight, signal) {
    return { kind: "reply", doc: serversDoc(await sight.surveys(signal)) };
  },
};
