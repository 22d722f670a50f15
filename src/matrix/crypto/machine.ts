// The crypto library, as the rest of this folder sees it; its only importer. Loaded where a room is encrypted, since it takes memory.
import {
  type DecryptedRoomEvent,
  DecryptionErrorCode,
  DecryptionSettings,
  DeviceId,
  DeviceLists,
  EncryptionAlgorithm,
  EncryptionSettings,
  HistoryVisibility,
  initAsync,
  MegolmDecryptionError,
  OlmMachine,
  RequestType,
  RoomId as LibraryRoom,
  ShieldColor,
  ShieldStateCode,
  StoreHandle,
  TrustRequirement,
  UserId as LibraryUser,
} from "@matrix-org/matrix-sdk-crypto-wasm";
import { z } from "zod";
import type { CryptoOwner, CryptoStore } from "../../core/crypto-store.ts";
import type { RoomId } from "../../core/ids.ts";
import type { Content } from "../content.ts";
import type { Encryption, Visibility } from "../encryption.ts";
import { Gate } from "./gate.ts";
import { identityKeys, type Changes, type IdentityKeys } from "./shapes.ts";
import { Unreadable } from "./unreadable.ts";

/** What the library wants from the homeserver. */
export interface Wanted {
  readonly kind: (typeof KINDS)[number];
  readonly body: Content;
  /** Absent where it does not wait for the answer. */
  readonly id?: string;
  /** Of what is sent to devices. */
  readonly type?: string;
  readonly txn?: string;
}

export interface Clear {
  readonly type: string;
  readonly content: unknown;
  /** Whether its owner's identity has signed the device that said it, as it is known now. */
  readonly isSigned: boolean;
}

/** The requests that make moot's identity known, in order. */
export interface Introduction {
  readonly keys: Wanted | undefined;
  /** Needs the password, or somebody's leave. */
  readonly identity: Content;
  readonly signatures: Wanted;
}

export class Machine {
  readonly #olm: OlmMachine;
  readonly #store: CryptoStore;
  readonly #gate = new Gate();

  private constructor(olm: OlmMachine, store: CryptoStore) {
    this.#olm = olm;
    this.#store = store;
  }

  /** Throws what the library says of a store that it cannot open. */
  static async open(
    { user, device }: CryptoOwner,
    store: CryptoStore,
    key: Uint8Array,
  ): Promise<Machine> {
    await initAsync();
    const handle = await StoreHandle.openWithKey(store.name, key);
    const [self, id] = [new LibraryUser(user), new DeviceId(device)];
    return new Machine(await OlmMachine.initFromStore(self, id, handle), store);
  }

  get fingerprint(): string {
    return this.#olm.identityKeys.ed25519.toBase64();
  }

  async wanted(): Promise<readonly Wanted[]> {
    return this.#gate.together(async () => (await this.#olm.outgoingRequests()).map(wantedFrom));
  }

  async answered({ kind, id }: Wanted, answer: unknown): Promise<void> {
    if (id === undefined) return;
    const text = JSON.stringify(answer);
    await this.#gate.together(() => this.#olm.markRequestAsSent(id, TYPES[kind], text));
  }

  /**
   * Resolves when all of it is in the store. The library writes that it has used a one-time key before it writes what it read with
   * it: killed in between, it could never read that again.
   */
  async take({ toDevice, changed, left, keyCounts, fallbacks }: Changes): Promise<void> {
    const receive = async (): Promise<unknown> =>
      this.#olm.receiveSyncChanges(
        JSON.stringify(toDevice),
        new DeviceLists(users(changed), users(left)),
        new Map(Object.entries(keyCounts)),
        new Set(fallbacks),
        settings(),
      );
    await this.#gate.alone(() => this.#store.asOne(receive));
  }

  async track(members: readonly string[]): Promise<void> {
    await this.#gate.together(() => this.#olm.updateTrackedUsers(users(members)));
  }

  /** Asked once the devices of all of them are known: else the library waits five seconds for that. */
  async missingSessions(members: readonly string[]): Promise<Wanted | undefined> {
    const claim = await this.#olm.getMissingSessions(users(members));
    return claim ? wantedFrom(claim) : undefined;
  }

  async shareKey(
    room: RoomId,
    members: readonly string[],
    {
      encryption,
      visibility,
    }: { readonly encryption: Encryption; readonly visibility: Visibility },
  ): Promise<readonly Wanted[]> {
    const how = new EncryptionSettings();
    how.algorithm = EncryptionAlgorithm.MegolmV1AesSha2;
    how.historyVisibility = VISIBILITIES[visibility];
    // The library counts in microseconds.
    how.rotationPeriod = BigInt(encryption.rotateAfter) * 1000n;
    how.rotationPeriodMessages = BigInt(encryption.rotateAfterMessages);
    return this.#gate.together(async () => {
      const shares = await this.#olm.shareRoomKey(new LibraryRoom(room), users(members), how);
      return shares.map(wantedFrom);
    });
  }

  async encrypt(room: RoomId, type: string, content: Content): Promise<Content> {
    const text = JSON.stringify(content);
    const sealed = await this.#gate.together(() =>
      this.#olm.encryptRoomEvent(new LibraryRoom(room), type, text),
    );
    return record.parse(JSON.parse(sealed));
  }

  /** Throws Unreadable. */
  async decrypt(room: RoomId, event: unknown): Promise<Clear> {
    return this.#gate.together(() => this.#decrypt(room, event));
  }

  async #decrypt(room: RoomId, event: unknown): Promise<Clear> {
    try {
      const text = JSON.stringify(event);
      const decrypted = await this.#olm.decryptRoomEvent(text, new LibraryRoom(room), settings());
      const { color, code } = decrypted.shieldState(false);
      if (color !== ShieldColor.None) refuseForged(code);
      const isSigned = await this.#isSigned(decrypted);
      return { ...clear.parse(JSON.parse(decrypted.event)), isSigned };
    } catch (problem) {
      if (problem instanceof Unreadable) throw problem;
      // Whatever else it throws, it throws for what somebody sent.
      if (!(problem instanceof MegolmDecryptionError))
        throw new Unreadable("broken", String(problem));
      throw new Unreadable(WHY[problem.code], problem.description);
    }
  }

  /** The public key of somebody's identity, as the homeserver told it last; undefined where they have none. */
  async identityOf(user: string): Promise<string | undefined> {
    const found = await this.#olm.getIdentity(new LibraryUser(user));
    if (found === undefined) return undefined;
    const { keys } = publicKey.parse(JSON.parse(found.masterKey));
    return Object.values(keys)[0];
  }

  async hasIdentity(): Promise<boolean> {
    const { hasMaster, hasSelfSigning, hasUserSigning } = await this.#olm.crossSigningStatus();
    return hasMaster && hasSelfSigning && hasUserSigning;
  }

  /** `anew`: with fresh keys in place of those it has. */
  async introduce(anew: boolean): Promise<Introduction> {
    const asked = await this.#olm.bootstrapCrossSigning(anew);
    const keys = upload.optional().parse(asked.uploadKeysRequest);
    return {
      keys: keys === undefined ? undefined : wantedFrom(keys),
      identity: record.parse(JSON.parse(asked.uploadSigningKeysRequest.body)),
      signatures: wantedFrom(asked.uploadSignaturesRequest),
    };
  }

  /** Takes over an identity that was made before. */
  async adopt({ master, selfSigning, userSigning }: IdentityKeys): Promise<void> {
    await this.#olm.importCrossSigningKeys(master, selfSigning, userSigning);
  }

  /** Asks the homeserver anew whom it knows them as. */
  lookUp(members: readonly string[]): Wanted {
    return wantedFrom(this.#olm.queryKeysForUsers(users(members)));
  }

  async identityKeys(): Promise<IdentityKeys> {
    const keys = await this.#olm.exportCrossSigningKeys();
    return identityKeys.parse({
      master: keys?.masterKey,
      selfSigning: keys?.self_signing_key,
      userSigning: keys?.userSigningKey,
    });
  }

  close(): void {
    this.#olm.close();
  }

  /** Asked anew for each event: a key that was handed out stays good for a while after its device was signed out. */
  async #isSigned({ sender, senderDevice, senderCurve25519Key }: DecryptedRoomEvent) {
    if (senderDevice === undefined) return false;
    const device = await this.#olm.getDevice(sender, senderDevice);
    if (device?.curve25519Key?.toBase64() !== senderCurve25519Key) return false;
    return !device.isDeleted() && device.isCrossSignedByOwner();
  }
}

const record = z.record(z.string(), z.unknown());
const publicKey = z.object({ keys: z.record(z.string(), z.string()) });
const clear = z.object({ type: z.string(), content: z.unknown() });
const upload = z.object({ id: z.string(), type: z.enum(RequestType), body: z.string() });
const TYPES = {
  "keys-upload": RequestType.KeysUpload,
  "keys-query": RequestType.KeysQuery,
  "keys-claim": RequestType.KeysClaim,
  "to-device": RequestType.ToDevice,
  signatures: RequestType.SignatureUpload,
  room: RequestType.RoomMessage,
} as const;

const KINDS = [
  "keys-upload",
  "keys-query",
  "keys-claim",
  "to-device",
  "signatures",
  "room",
] as const;

const VISIBILITIES: Readonly<Record<Visibility, HistoryVisibility>> = {
  invited: HistoryVisibility.Invited,
  joined: HistoryVisibility.Joined,
  shared: HistoryVisibility.Shared,
  world_readable: HistoryVisibility.WorldReadable,
};

const WHY: Readonly<Record<DecryptionErrorCode, Unreadable["why"]>> = {
  [DecryptionErrorCode.MissingRoomKey]: "no-key",
  [DecryptionErrorCode.UnknownMessageIndex]: "no-key",
  [DecryptionErrorCode.UnknownSenderDevice]: "no-key",
  [DecryptionErrorCode.MismatchedIdentityKeys]: "forged",
  [DecryptionErrorCode.MismatchedSender]: "forged",
  [DecryptionErrorCode.UnsignedSenderDevice]: "forged",
  [DecryptionErrorCode.SenderIdentityVerificationViolation]: "forged",
  [DecryptionErrorCode.UnableToDecrypt]: "broken",
};

/** A device without its owner's signature may speak; one that is unknown, or another's, may not. */
function refuseForged(code: ShieldStateCode | undefined): void {
  switch (code) {
    case ShieldStateCode.UnsignedDevice:
    case ShieldStateCode.UnverifiedIdentity:
      return;
    case ShieldStateCode.UnknownDevice:
      throw new Unreadable("no-key", "the device that sent it is not known");
    default:
      throw new Unreadable("forged", `its sender is not who signed it (${String(code)})`);
  }
}

interface Asked {
  readonly id?: string | undefined;
  readonly type: RequestType;
  readonly body: string;
  readonly event_type?: string;
  readonly txn_id?: string;
}

function wantedFrom({ id, type, body, event_type, txn_id }: Asked): Wanted {
  const kind = z.enum(KINDS).parse(KINDS.find((one) => TYPES[one] === type));
  return {
    kind,
    body: record.parse(JSON.parse(body)),
    ...(id === undefined ? {} : { id }),
    ...(event_type === undefined ? {} : { type: event_type }),
    ...(txn_id === undefined ? {} : { txn: txn_id }),
  };
}

/** The library takes these away from who passes them. */
function users(names: readonly string[]): LibraryUser[] {
  return names.map((name) => new LibraryUser(name));
}

function settings(): DecryptionSettings {
  return new DecryptionSettings(TrustRequirement.Untrusted);
}
