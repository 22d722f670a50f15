// A moot in a Matrix room with ana, who types and watches; and a bare bot in a room of its own.
import { join } from "node:path";
import { buildHouse, type House, type HouseOptions } from "../e2e/house.ts";
import { Member } from "../e2e/member.ts";
import { MootProcess, runVerb } from "../e2e/moot-process.ts";
import type { Synapse } from "../testbed/index.ts";
import { asInstalled } from "./installed.ts";
import { Ears, type Heard } from "./ears.ts";
import type { Ground } from "./ground.ts";

export const PASSWORD = "moot-bench-password";

let raised = 0;

/** A name that no earlier stage of any run had. */
function fresh(name: string): string {
  raised += 1;
  return `${name}-${Date.now().toString(36)}-${raised}`;
}

export interface Stage extends AsyncDisposable {
  readonly ana: Member;
  readonly ears: Ears;
  readonly house: House;
  /** Not started yet. */
  readonly moot: MootProcess;
  readonly room: string;
  /** Types a command and waits for the first thing in the room that fits; milliseconds from the homeserver's receipt. */
  ask(command: string, fits: (heard: Heard) => boolean): Promise<Heard & { readonly took: number }>;
}

export interface StageOptions extends Pick<HouseOptions, "rules" | "sections"> {
  readonly isEncrypted?: boolean;
}

/** `servers` and the options: as a house takes them. */
export async function raiseStage(
  ground: Ground,
  servers: Readonly<Record<string, string>>,
  { isEncrypted = false, ...more }: StageOptions = {},
): Promise<Stage> {
  const [testbed, synapse] = await Promise.all([ground.testbed(), ground.synapse()]);
  const ana = await memberOf(synapse, "ana");
  const { userId } = await synapse.register("moot", PASSWORD);
  const alias = fresh("ops");
  const room = await ana.createRoom(alias, [userId]);
  if (isEncrypted) await ana.encrypt(room);
  const folder = await ground.folder();
  const { serverName, url } = synapse;
  const matrix = { url, password: PASSWORD, room: `#${alias}:${serverName}`, isEncrypted };
  const house = await buildHouse({ folder, testbed, servers, serverName, matrix, ...more });
  const env = await asInstalled(join(folder, "compiled"));
  const moot = new MootProcess(runVerb(house.config), join(folder, "moot.log"), env);
  const ears = await Ears.open(ana);
  return {
    ana,
    ears,
    house,
    moot,
    room,
    ask: (command, fits) =>
      ask({ ana, ears, room }, command, (heard) => isFrom(heard, userId) && fits(heard)),
    async [Symbol.asyncDispose]() {
      await ears[Symbol.asyncDispose]();
      await moot.kill("SIGTERM");
    },
  };
}

export interface EchoStage extends AsyncDisposable {
  readonly bot: MootProcess;
  /** What the bot is started with. */
  readonly env: NodeJS.ProcessEnv;
  ask(body: string): Promise<Heard & { readonly took: number }>;
}

/** A room of ana's with the bare bot; not started yet. */
export async function raiseEcho(ground: Ground, { ana, ears }: Stage): Promise<EchoStage> {
  const synapse = await ground.synapse();
  const { userId, accessToken } = await synapse.register(fresh("echo"), PASSWORD);
  const room = await ana.createRoom(fresh("echo"), [userId]);
  await new Member({ url: synapse.url, userId, accessToken }).join(room);
  const program = join(import.meta.dirname, "echo-bot.ts");
  const bot = new MootProcess([program], join(await ground.folder(), "echo-bot.log"));
  return {
    bot,
    env: { PATH: process.env["PATH"], BENCH_URL: synapse.url, BENCH_TOKEN: accessToken },
    ask: (body) => ask({ ana, ears, room }, body, (heard) => isFrom(heard, userId)),
    async [Symbol.asyncDispose]() {
      await bot.kill("SIGTERM");
    },
  };
}

async function memberOf(synapse: Synapse, name: string): Promise<Member> {
  return new Member({ url: synapse.url, ...(await synapse.register(name, PASSWORD)) });
}

async function ask(
  { ana, ears, room }: Pick<Stage, "ana" | "ears" | "room">,
  body: string,
  fits: (heard: Heard) => boolean,
): Promise<Heard & { readonly took: number }> {
  const isHere = (heard: Heard): boolean => heard.room === room;
  const isTyped = ({ event }: Heard): boolean =>
    event.sender === ana.userId && event.content.body === body;
  const typed = ears.next(body, (heard) => isHere(heard) && isTyped(heard));
  const answered = ears.next(`the answer to ${body}`, (heard) => isHere(heard) && fits(heard), 300);
  await ana.type(room, body);
  const [command, answer] = await Promise.all([typed, answered]);
  return { ...answer, took: answer.at - command.event.origin_server_ts };
}

function isFrom({ event }: Heard, user: string): boolean {
  return event.sender === user && event.type === "m.room.message";
}
