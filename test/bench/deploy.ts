// A whole deploy of a converging app from the command to its ending, beside `docker stack deploy --detach=false` of the same stack.
import { Engine } from "../testbed/engine.ts";
import { prepareByHand } from "./by-hand.ts";
import type { Ground } from "./ground.ts";
import { median, type Bound, type Measured } from "./row.ts";
import { raiseStage, type Stage } from "./stage.ts";

const ROUNDS = 5;
const BOUND: Bound = { of: "ratio", atMost: 1.1 };

/** Seconds. */
interface Times {
  readonly first: number;
  readonly change: number;
}

export async function measureDeploy(ground: Ground): Promise<readonly Measured[]> {
  const testbed = await ground.testbed();
  const host = testbed.host("one");
  const byHand = await prepareByHand(testbed, host, await ground.folder());
  await using stage = await raiseStage(ground, { "one.example.coop": "one" });
  await stage.moot.start();
  const ours: Times[] = [];
  const theirs: Times[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const mine = await inRoom(stage, `room${round}.localhost`);
    const domain = `hand${round}.localhost`;
    await createSecret(new Engine(host.socket), domain);
    const hand = {
      first: await byHand(domain),
      change: await byHand(domain, { GREETING: "Moin" }),
    };
    await host.wipe();
    // The first round fetches recipe and image.
    if (round === 0) continue;
    ours.push(mine);
    theirs.push(hand);
  }
  return [
    { name: "first deploy, s, p50", ...middle("first", ours, theirs), bound: BOUND },
    { name: "deploy of a change, s, p50", ...middle("change", ours, theirs), bound: BOUND },
  ];
}

function middle(
  which: keyof Times,
  ours: readonly Times[],
  theirs: readonly Times[],
): Pick<Measured, "ours"> & { readonly theirs: number } {
  return {
    ours: median(ours.map((times) => times[which])),
    theirs: median(theirs.map((times) => times[which])),
  };
}

async function inRoom(stage: Stage, domain: string): Promise<Times> {
  return {
    first: await deploy(stage, `!deploy hello ${domain}`),
    change: await deploy(stage, `!deploy ${domain} GREETING=Moin`),
  };
}

async function deploy(stage: Stage, command: string): Promise<number> {
  const { event, took } = await stage.ask(command, ({ event: { content } }) =>
    /deploy (succeeded|failed)|cannot|may not/.test(content.body ?? ""),
  );
  const body = event.content.body ?? "";
  if (!body.includes("deploy succeeded")) throw new Error(`${command}: ${body}`);
  return took / 1000;
}

/** moot makes an app's secrets itself; by hand they are there before. */
async function createSecret(engine: Engine, domain: string): Promise<void> {
  const Name = `${domain.replaceAll(".", "_")}_session_key_v1`;
  await engine.ask("POST", "/secrets/create", { Name, Data: "bm90aGluZw==" });
}
