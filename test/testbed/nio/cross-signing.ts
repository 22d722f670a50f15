// Cross-signing as a member's client does it, by node's own crypto: nio has none, and moot's library must not vouch for itself.
import { createPublicKey, generateKeyPairSync, sign, verify, type KeyObject } from "node:crypto";
import { z } from "zod";

/** Whoever can ask the homeserver in a member's name. */
interface Caller {
  readonly userId: string;
  call(method: string, path: string, body?: unknown): Promise<unknown>;
}

const signatures = z.record(z.string(), z.record(z.string(), z.string()));
const signed = z.looseObject({ keys: z.record(z.string(), z.string()), signatures });
const identity = z.record(
  z.string(),
  z.looseObject({ keys: z.record(z.string(), z.string()), signatures: signatures.optional() }),
);
const known = z.object({
  device_keys: z.record(z.string(), z.record(z.string(), signed)),
  master_keys: identity.default({}),
  self_signing_keys: identity.default({}),
});

/** Gives the member a new identity, which signs the devices. Returns its public key. */
export async function crossSign(
  member: Caller,
  { password, devices }: { readonly password: string; readonly devices: readonly string[] },
): Promise<string> {
  const { userId: user } = member;
  const [master, own] = [makeKey(), makeKey()];
  const describe = (usage: string, { name, publicKey }: Key) => ({
    user_id: user,
    usage: [usage],
    keys: { [name]: publicKey },
  });
  await member.call("POST", "/keys/device_signing/upload", {
    master_key: describe("master", master),
    self_signing_key: signWith(master, user, describe("self_signing", own)),
    // Asked for where another identity is replaced.
    auth: { type: "m.login.password", identifier: { type: "m.id.user", user }, password },
  });
  const { device_keys } = await look(member, user);
  const those = Object.entries(device_keys[user] ?? {}).filter(([name]) => devices.includes(name));
  const body = {
    [user]: Object.fromEntries(those.map(([n, one]) => [n, signWith(own, user, one)])),
  };
  const answer = z
    .object({ failures: z.record(z.string(), z.unknown()) })
    .parse(await member.call("POST", "/keys/signatures/upload", body));
  if (Object.keys(answer.failures).length > 0)
    throw new Error(`devices were not signed: ${JSON.stringify(answer.failures)}`);
  return master.publicKey;
}

/** The devices of somebody that their identity has signed, by signatures that hold. */
export async function crossSignedDevices(
  observer: Caller,
  user: string,
): Promise<readonly string[]> {
  const { device_keys, master_keys, self_signing_keys } = await look(observer, user);
  const [master, own] = [master_keys[user], self_signing_keys[user]];
  if (master === undefined || own === undefined || !isSignedBy(user, own, master.keys)) return [];
  const devices = Object.entries(device_keys[user] ?? {});
  return devices.filter(([, one]) => isSignedBy(user, one, own.keys)).map(([name]) => name);
}

async function look(observer: Caller, user: string): Promise<z.infer<typeof known>> {
  return known.parse(await observer.call("POST", "/keys/query", { device_keys: { [user]: [] } }));
}

interface Key {
  /** As it stands in what it signs. */
  readonly name: string;
  readonly publicKey: string;
  readonly privateKey: KeyObject;
}

function makeKey(): Key {
  const { publicKey: pair, privateKey } = generateKeyPairSync("ed25519");
  const { x = "" } = pair.export({ format: "jwk" });
  const publicKey = Buffer.from(x, "base64url").toString("base64").replace(/=+$/, "");
  return { name: `ed25519:${publicKey}`, publicKey, privateKey };
}

function signWith(
  { name, privateKey }: Key,
  user: string,
  what: Readonly<Record<string, unknown>>,
) {
  const signature = sign(null, bytesOf(what), privateKey).toString("base64").replace(/=+$/, "");
  return { ...what, signatures: { [user]: { [name]: signature } } };
}

function isSignedBy(
  user: string,
  what: { readonly signatures?: z.infer<typeof signatures> | undefined },
  keys: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(keys).some(([name, publicKey]) => {
    const signature = what.signatures?.[user]?.[name];
    if (signature === undefined) return false;
    const x = Buffer.from(publicKey, "base64").toString("base64url");
    const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
    return verify(null, bytesOf(what), key, Buffer.from(signature, "base64"));
  });
}

/** What is signed: all but the signatures and what the homeserver adds, its keys in order. */
function bytesOf(what: Readonly<Record<string, unknown>>): Buffer {
  const isSigned = ([name]: readonly [string, unknown]): boolean =>
    name !== "signatures" && name !== "unsigned";
  return Buffer.from(canonical(Object.fromEntries(Object.entries(what).filter(isSigned))));
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const parts = Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, part]) => `${JSON.stringify(name)}:${canonical(part)}`);
  return `{${parts.join(",")}}`;
}
