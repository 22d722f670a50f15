// A moot in memory in a room of a homeserver that is asked over HTTP, with something open there; and what it leaves behind at each moment.
import { createHash } from "node:crypto";
import { copyFileSync, readFileSync } from "node:fs";
import { expect, vi } from "vitest";
import { systemClock } from "../../src/clock.ts";
import type { Chat } from "../../src/core/chat.ts";
import { isRoomId, type RoomId } from "../../src/core/ids.ts";
import type { Ledger } from "../../src/core/ledger.ts";
import { openMatrix } from "../../src/matrix/client.ts";
import { FakeHomeserver, type Records } from "../fakes/homeserver.ts";
import { keepLog } from "../kept-log.ts";
import { named } from "../named.ts";
import { freshPath } from "../storage/opened.ts";
import { ANA, BEA, CEM, DAN, MAJOR, openCouncil, type Council } from "./council.ts";
import { MOOT } from "./desk.ts";

export const OLD = named(isRoomId, "!old:example.coop");
export const NEW = named(isRoomId, "!new:example.coop");
const BUSY = "busy.example.coop";
const PACE = { hold: 200, patience: 5_000 };
const PATIENT = { timeout: 20_000, interval: 20 };

/** What a moot that was killed leaves behind, and what its homeserver knows. */
export interface Point {
  readonly file: string;
  readonly records: Records;
}

export interface Life extends AsyncDisposable {
  readonly council: Council;
  readonly server: FakeHomeserver;
}

/** A first life, or the next one after `point` on the same servers. */
export async function live(point?: Point, first?: Council): Promise<Life> {
  const now = (): number => first?.time.now ?? Date.UTC(2026, 10, 25, 12);
  const server = await FakeHomeserver.open(MOOT, now, structuredClone(point?.records));
  if (point === undefined) server.make(OLD, [ANA, BEA, CEM, DAN]);
  const stop = new AbortController();
  const { promise: ledger, resolve: begin } = Promise.withResolvers<Ledger>();
  const chat = inMatrix(server.url, ledger, stop.signal);
  const before = point && first && { ...first, file: point.file };
  const council = openCouncil({ others: [chat], ...(before && { before }) });
  begin(council.desk.ledger);
  return {
    council,
    server,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await council[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** moot's own client, which opens when the ledger is there. */
function inMatrix(homeserver: string, ledger: Promise<Ledger>, signal: AbortSignal): Chat {
  const opened = ledger.then(async ({ facts }) =>
    openMatrix(
      {
        homeserver,
        user: MOOT,
        password: "password",
        rooms: [{ name: OLD, encrypted: "off" }],
        facts,
        clock: systemClock,
        log: keepLog().log,
        ignoredSenders: [],
        mayInvite: () => true,
        pace: PACE,
      },
      signal,
    ),
  );
  return {
    self: MOOT,
    rooms: [OLD],
    vouches: "danger",
    redacts: true,
    receive: async (store, until, moved) => (await opened).receive(store, until, moved),
    send: async (...given) => (await opened).send(...given),
    isJoined: async (...given) => (await opened).isJoined(...given),
  };
}

/** One app is up, a deploy of another does not end, and a question is open. */
export async function busyLife(): Promise<Life> {
  const life = await live();
  const { council, server } = life;
  const { host, desk } = council;
  const deploy = host.deploy.bind(host);
  host.deploy = async (stack, compose, signal) =>
    stack === BUSY.replaceAll(".", "_") ? hang(signal) : deploy(stack, compose, signal);
  // What was typed before it came is not for it.
  await quiet(life);
  for (const app of ["wiki.example.coop", BUSY])
    server.say(OLD, ANA, `!deploy wiki ${app} --version 1.0.0+1.0.0`);
  await vi.waitFor(() => {
    if (desk.ledger.jobs.get(1)?.ending === undefined) throw new Error("no wiki");
  }, PATIENT);
  server.say(OLD, ANA, MAJOR);
  await vi.waitFor(() => expect(said(server, OLD, "🗳 a1: ")).toHaveLength(1), PATIENT);
  await quiet(life);
  return life;
}

async function hang(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(new Error("killed")), { once: true });
  });
}

/** As clients upgrade a room: all at once, with something typed here just before, and there right after. */
export function upgrade({ server }: Life): void {
  server.say(OLD, CEM, "!whoami");
  const event_id = server.set(OLD, ANA, {
    type: "m.room.tombstone",
    content: { replacement_room: NEW },
  });
  server.make(NEW, [ANA, BEA, CEM, DAN], { predecessor: { room_id: OLD, event_id } });
  server.say(NEW, DAN, "!whoami");
}

/** What was open is told in the new room, everybody is answered, and nothing is left to say. */
export async function arrived(life: Life): Promise<void> {
  const { server } = life;
  await vi.waitFor(() => {
    for (const words of ["This is where", "🗳 a1: ", "job 2"])
      expect(said(server, NEW, words), words).not.toEqual([]);
    for (const who of [CEM, DAN])
      expect([...said(server, OLD, who), ...said(server, NEW, who)], who).not.toEqual([]);
  }, PATIENT);
  await quiet(life);
}

async function quiet({ council, server }: Life): Promise<void> {
  const { inbox, outbox } = council.desk.ledger;
  await vi.waitFor(() => {
    expect(inbox.pending(1)).toEqual([]);
    expect(outbox.waiting()).toBe(0);
    expect(server.isHeard).toBe(true);
  }, PATIENT);
}

export function said(
  server: FakeHomeserver,
  room: RoomId,
  words: string,
): ReturnType<FakeHomeserver["saidIn"]> {
  return server.saidIn(room).filter(({ body }) => body.includes(words));
}

/** All states in which a moot that is killed meanwhile can be found. */
export async function pointsOf(
  { council, server }: Life,
  act: () => Promise<void>,
): Promise<readonly Point[]> {
  const { file, ledger } = council.desk;
  const points = new Map<string, Point>();
  let isOver = false;
  const take = (): void => {
    if (isOver) return;
    const { records } = server;
    const state = createHash("sha256")
      .update(readFileSync(file))
      .update(readFileSync(`${file}-wal`))
      .update(`${records.events.length} ${records.sent.size}`)
      .digest("hex");
    if (points.has(state)) return;
    const copy = freshPath();
    copyFileSync(file, copy);
    copyFileSync(`${file}-wal`, `${copy}-wal`);
    points.set(state, { file: copy, records: structuredClone(records) });
  };
  server.onDone = take;
  afterEachCall(ledger, take);
  await act();
  isOver = true;
  return [...points.values()];
}

/** Of the ledger's own, and of those of its parts. */
function afterEachCall(whole: object, act: () => void): void {
  for (const name of Object.keys(whole)) {
    const part: unknown = Reflect.get(whole, name);
    if (typeof part === "object" && part !== null) afterEachCall(part, act);
    if (typeof part !== "function") continue;
    Reflect.set(whole, name, (...given: readonly unknown[]): unknown => {
      const answer: unknown = Reflect.apply(part, whole, given);
      act();
      return answer;
    });
  }
}
