// What moot holds in memory with ten servers: before the first command, with all of them connected, and after ten deploys at once.
import type { Ground } from "./ground.ts";
import { memory } from "./resident.ts";
import type { Measured } from "./row.ts";
import { raiseStage, type Stage } from "./stage.ts";
import { openTenServers, TEN_SERVERS } from "./ten-servers.ts";

export async function measureMemory(ground: Ground): Promise<readonly Measured[]> {
  const testbed = await ground.testbed();
  await openTenServers(testbed);
  await using stage = await raiseStage(ground, TEN_SERVERS);
  // What it has compiled in its first life is there from the second on.
  await stage.moot.start();
  await stage.moot.kill("SIGTERM");
  await stage.moot.start();
  const before = await resident(stage);
  await stage.ask("!servers", () => true);
  const connected = await resident(stage);
  await deployEverywhere(stage);
  const ever = await memory(stage.moot.pid, "VmHWM");
  for (const host of testbed.hosts) await host.wipe();
  const little = { of: "ours", atMost: 150 } as const;
  return [
    { name: "memory before the first command, MB", ours: before, bound: little },
    { name: "memory with ten servers connected, MB", ours: connected, bound: little },
    {
      name: "memory at its highest, ten deploys at once, MB",
      ours: ever,
      bound: { of: "ours", atMost: 220 },
    },
  ];
}

/** One app on each server, all typed at once. */
async function deployEverywhere(stage: Stage): Promise<void> {
  const deploys = Object.keys(TEN_SERVERS).map(async (server, index) => {
    const domain = `memory${index}.localhost`;
    const ending = await stage.ask(
      `!deploy hello ${domain} --server ${server}`,
      ({ event }) =>
        event.content.body?.includes(`deploy succeeded`) === true &&
        event.content.body.includes(domain),
    );
    return ending;
  });
  await Promise.all(deploys);
}

async function resident(stage: Stage): Promise<number> {
  return memory(stage.moot.pid, "VmRSS");
}
