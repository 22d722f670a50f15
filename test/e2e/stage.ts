// The stage of the stories: two swarm hosts, a homeserver with a team in a room, and a moot of its own for each story.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSynapse, openTestbed, type Synapse, type Testbed } from "../testbed/index.ts";
import { inLane, parseGround } from "../testbed/lane.ts";
import { buildHouse, type House, type HouseRules, type TEAM } from "./house.ts";
import { Member } from "./member.ts";
import { MootProcess, runVerb } from "./moot-process.ts";

export const SERVERS = { "one.example.coop": "one", "two.example.coop": "two" } as const;
export const PASSWORD = "moot-test-password";
/** Another ground than that of other runs on this machine: `name:subnet:port of Synapse`. */
export const GROUND = parseGround(process.env["MOOT_TESTBED"] ?? "moot-test:10.78.0:18008");
const say = (line: string): void => void process.stderr.write(`testbed: ${line}\n`);

export interface Theatre {
  readonly testbed: Testbed;
  readonly synapse: Synapse;
}

/** Both hosts, without a homeserver. */
export async function openServers(): Promise<Testbed> {
  return openTestbed({ ...inLane(GROUND), hosts: ["one", "two"], say });
}

export async function openTheatre(limits: "raised" | "default" = "raised"): Promise<Theatre> {
  const testbed = await openServers();
  const synapse = await openSynapse({ ...inLane(GROUND), limits, say });
  return { testbed, synapse };
}

export type Name = keyof typeof TEAM;

export interface Stage extends AsyncDisposable {
  readonly room: string;
  readonly house: House;
  readonly moot: MootProcess;
  readonly team: Readonly<Record<Name, Member>>;
  readonly guest: (name: string) => Member;
  readonly testbed: Testbed;
}

let raised = 0;

export interface StageOptions {
  /** May be a proxy's. */
  readonly url?: string;
  readonly rules?: HouseRules;
  readonly isEncrypted?: boolean;
}

/** A fresh room, a fresh moot account and a fresh folder, on wiped hosts; moot runs. */
export async function raiseStage(
  { testbed, synapse }: Theatre,
  { url = synapse.url, rules = {}, isEncrypted = false }: StageOptions = {},
): Promise<Stage> {
  for (const host of testbed.hosts) await host.wipe();
  raised += 1;
  const mark = `${process.pid}-${raised}`;
  const account = async (name: string): Promise<Member> =>
    new Member({ url: synapse.url, ...(await synapse.register(name, PASSWORD)) });
  const [ana, bea, cem, dan] = [
    await account("ana"),
    await account("bea"),
    await account("cem"),
    await account("dan"),
  ];
  const guests = new Map<string, Member>();
  for (const name of Object.keys(rules.guests ?? {})) guests.set(name, await account(name));
  const moot = await synapse.register("moot", PASSWORD);
  const others = [bea, cem, dan, ...guests.values()];
  const room = await ana.createRoom(
    `ops-${mark}`,
    [moot, ...others].map(({ userId }) => userId),
  );
  if (isEncrypted) await ana.encrypt(room);
  for (const member of others) await member.join(room);
  const folder = await mkdtemp(join(tmpdir(), "moot-story-"));
  const alias = `#ops-${mark}:${synapse.serverName}`;
  const matrix = { url, password: PASSWORD, room: alias, isEncrypted };
  const house = await buildHouse({
    folder,
    testbed,
    servers: SERVERS,
    serverName: synapse.serverName,
    matrix,
    rules,
  });
  const running = new MootProcess(runVerb(house.config), join(folder, "moot.log"));
  await running.start();
  return {
    room,
    house,
    moot: running,
    team: { ana, bea, cem, dan },
    guest: (name) => {
      const member = guests.get(name);
      if (member === undefined) throw new Error(`${name} is not invited`);
      return member;
    },
    testbed,
    async [Symbol.asyncDispose]() {
      await running.kill("SIGTERM");
      await rm(folder, { recursive: true, force: true });
    },
  };
}
