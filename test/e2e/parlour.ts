// A moot with its console room and real servers, but without a homeserver: for stories in which nothing hangs on Matrix.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseDocument, type Document } from "yaml";
import { connectConsole, type ConsoleClient } from "../../src/console/client.ts";
import type { RoomEvent } from "../../src/console/protocol.ts";
import { isUserId, type EventId, type UserId } from "../../src/core/ids.ts";
import { named } from "../named.ts";
import type { Testbed } from "../testbed/index.ts";
import { buildHouse, type House } from "./house.ts";
import { MootProcess } from "./moot-process.ts";
import { SERVERS, type Name } from "./stage.ts";
import { until } from "./until.ts";

const SERVER_NAME = "example.coop";
const DEMO = join(import.meta.dirname, "../demo/moot.ts");

export interface ParlourOptions {
  readonly testbed: Testbed;
  /** What Node runs, with the config as its argument; must let one client speak for every member. */
  readonly program?: string;
  /** What is different in the config. */
  readonly amend?: (settings: Document) => void;
}

/** In a fresh folder; moot is not started yet. */
export async function openParlour({ testbed, program, amend }: ParlourOptions): Promise<Parlour> {
  const folder = await mkdtemp(join(tmpdir(), "moot-parlour-"));
  const house = await buildHouse({ folder, testbed, servers: SERVERS, serverName: SERVER_NAME });
  const parlour = new Parlour(house, program ?? DEMO);
  if (amend !== undefined) await parlour.amend(amend);
  return parlour;
}

export type Spoken = Extract<RoomEvent, { readonly kind: "message" }>;

export class Parlour implements AsyncDisposable {
  readonly house: House;
  readonly moot: MootProcess;
  /** The file of moot's output, over all its lives. */
  readonly log: string;
  readonly #seen = new Map<EventId, RoomEvent>();
  #client: ConsoleClient | undefined;

  constructor(house: House, program: string) {
    this.house = house;
    this.log = join(house.folder, "moot.log");
    this.moot = new MootProcess([program, house.config], this.log);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.moot.kill("SIGTERM");
    await rm(this.house.folder, { recursive: true, force: true });
  }

  async amend(change: (settings: Document) => void): Promise<void> {
    const settings = parseDocument(await readFile(this.house.config, "utf8"));
    change(settings);
    await writeFile(this.house.config, settings.toString());
  }

  /** Starts moot and enters its room. */
  async start(env: NodeJS.ProcessEnv = {}): Promise<void> {
    await this.moot.start({ ...process.env, ...env });
    const client = await connectConsole(
      this.house.socket,
      member("ana"),
      AbortSignal.timeout(10_000),
    );
    this.#client = client;
    void this.#listen(client);
  }

  /** Resolves when moot has stored it. */
  async say(name: Name, body: string): Promise<EventId> {
    return this.#room().say(body, { as: member(name) });
  }

  async react(name: Name, target: EventId, key: string): Promise<EventId> {
    return this.#room().react(target, key, { as: member(name) });
  }

  /** Says it, waits for what settles it, and returns that. */
  async ask(name: Name, body: string, seconds?: number): Promise<string> {
    return (await this.settled(await this.say(name, body), seconds)).body;
  }

  /** The answer, refusal or ending of a command. */
  async settled(command: EventId, seconds = 120): Promise<Spoken> {
    return this.sees(
      `an end of ${command}`,
      ({ settles }) => settles?.command === command,
      seconds,
    );
  }

  async sees(what: string, fits: (spoken: Spoken) => boolean, seconds = 60): Promise<Spoken> {
    const look = (): Promise<Spoken | undefined> => Promise.resolve(this.messages().find(fits));
    const instead = (): Promise<string> =>
      Promise.resolve(
        this.seen()
          .map((event) => JSON.stringify(event))
          .join("\n"),
      );
    return until(what, look, seconds, instead);
  }

  /** All that the room saw over all lives of moot, each event once. */
  seen(): readonly RoomEvent[] {
    return [...this.#seen.values()];
  }

  messages(): readonly Spoken[] {
    return this.seen().filter((event) => event.kind === "message");
  }

  #room(): ConsoleClient {
    if (this.#client === undefined) throw new Error("nobody has entered the console room");
    return this.#client;
  }

  async #listen(client: ConsoleClient): Promise<void> {
    for await (const event of client.events()) this.#seen.set(event.event, event);
  }
}

export function member(name: Name): UserId {
  return named(isUserId, `@${name}:${SERVER_NAME}`);
}
