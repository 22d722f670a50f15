// An encrypted room on a real homeserver, with a person whose client is not of moot's making, and moot.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../src/clock.ts";
import { isRoomId, isUserId, type RoomId, type UserId } from "../../src/core/ids.ts";
import type { Facts } from "../../src/core/ledger.ts";
import { openMatrix, type MatrixChat, type MatrixOptions } from "../../src/matrix/client.ts";
import { openCryptoStore } from "../../storage/crypto-store.ts";
import { openFacts } from "../../storage/facts.ts";
import { openDatabase } from "../../storage/database.ts";
import { migrate } from "../../storage/migrate.ts";
import { Member } from "../e2e/member.ts";
import { keepLog, type KeptLog } from "../kept-log.ts";
import { named } from "../named.ts";
import { crossSign } from "../testbed/nio/cross-signing.ts";
import { NioMember } from "../testbed/nio/index.ts";
import { never } from "./chat.ts";
import { PASSWORD, type Cast } from "./matrix-stage.ts";

const STORE_KEY = "a long random text for tests alone";
const PACE = { hold: 500, patience: 5000 };

export interface Options {
  readonly encryption?: Readonly<Record<string, unknown>> | "none";
  readonly invited?: readonly string[];
  /** Whether cem's device is signed by cem's identity; absent: it is. */
  readonly isSigned?: boolean;
}

export class CryptoStage implements AsyncDisposable {
  readonly cast: Cast;
  readonly room: RoomId;
  readonly bot: UserId;
  /** Keeps moot's database, its keys and its recovery key. */
  readonly folder: string;
  readonly cem: NioMember;
  /** Cem again, at a client that encrypts nothing. */
  readonly clear: Member;
  readonly kept: KeptLog = keepLog();
  readonly #stack = new AsyncDisposableStack();
  readonly #facts: Facts;
  #isEncrypted: boolean;

  private constructor(
    parts: Pick<CryptoStage, "cast" | "room" | "bot" | "folder" | "cem" | "clear">,
    isEncrypted: boolean,
  ) {
    this.#isEncrypted = isEncrypted;
    ({
      cast: this.cast,
      room: this.room,
      bot: this.bot,
      folder: this.folder,
      cem: this.cem,
      clear: this.clear,
    } = parts);
    const path = join(this.folder, "moot.db");
    const database = openDatabase(path);
    migrate(database, path);
    this.#facts = openFacts(database);
    this.#stack.defer(async () => rm(this.folder, { recursive: true, force: true }));
    this.#stack.defer(() => database.close());
    this.#stack.use(this.cem);
  }

  static async raise(
    cast: Cast,
    { encryption, invited = [], isSigned = true }: Options = {},
  ): Promise<CryptoStage> {
    const { synapse } = cast;
    const tag = crypto.randomUUID().slice(0, 8);
    const { userId } = await synapse.register(`moot-${tag}`, PASSWORD);
    const person = await synapse.register(`cem-${tag}`, PASSWORD);
    const clear = new Member({ url: synapse.url, ...person });
    const room = named(isRoomId, await clear.createRoom(`room-${tag}`, [userId, ...invited]));
    if (encryption !== "none") await clear.encrypt(room, encryption);
    const login = { url: synapse.url, user: person.userId, password: PASSWORD };
    const cem = await NioMember.login(login);
    if (isSigned) await crossSign(clear, { password: PASSWORD, devices: [cem.device] });
    const folder = await mkdtemp(join(tmpdir(), "moot-crypto-"));
    const bot = named(isUserId, userId);
    const parts = { cast, room, bot, folder, cem, clear };
    return new CryptoStage(parts, encryption !== "none");
  }

  get facts(): Facts {
    return this.#facts;
  }

  get storeFile(): string {
    return join(this.folder, "moot.crypto.db");
  }

  async encrypt(): Promise<void> {
    await this.clear.encrypt(this.room);
    this.#isEncrypted = true;
  }

  async enter(changes: Partial<MatrixOptions> = {}): Promise<MatrixChat & Disposable> {
    const chat = await openMatrix(
      {
        homeserver: this.cast.synapse.url,
        user: this.bot,
        password: PASSWORD,
        rooms: [{ name: this.room, encrypted: "required" }],
        facts: this.#facts,
        clock: systemClock,
        log: this.kept.log,
        ignoredSenders: [],
        mayInvite: () => true,
        pace: PACE,
        crypto: this.crypto(),
        ...changes,
      },
      never,
    );
    if (this.#isEncrypted) await this.cem.knows(this.room, this.bot);
    return { ...chat, [Symbol.dispose]: () => chat.close() };
  }

  crypto(storeKey = STORE_KEY): NonNullable<MatrixOptions["crypto"]> {
    return {
      storeKey,
      open: (owner) => openCryptoStore(this.storeFile, owner),
      recoveryFile: join(this.folder, "moot.recovery-key"),
    };
  }

  /** All that a homeserver's admin can read of the room. */
  async raw(): Promise<string> {
    return JSON.stringify(await this.clear.timeline(this.room));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}
