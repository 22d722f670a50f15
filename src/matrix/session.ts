// Logs in: once with the password, from then on with the session that is kept.
import { z } from "zod";
import type { Facts } from "../core/ledger.ts";
import type { UserId } from "../core/ids.ts";
import { patiently, type Patience } from "./patience.ts";
import { homeserver, Trouble } from "./trouble.ts";
import { v3, type Ask, type Call } from "./wire.ts";

export interface Account {
  readonly homeserver: string;
  readonly user: UserId;
  /** Used when there is no session, or the one kept is refused. */
  readonly password?: string;
  /** Used instead of a password. */
  readonly accessToken?: string;
}

/** Opens a wire with a token, or with none. */
export type Wire = (token?: string) => Ask;

const session = z.object({ accessToken: z.string(), device: z.string() });
type Session = z.infer<typeof session>;
const whoami = z.object({ user_id: z.string(), device_id: z.string().optional() });
const login = z.object({ access_token: z.string(), device_id: z.string() });

const WHO: Call = { method: "GET", path: v3("account", "whoami") };

export interface LoggedIn {
  readonly ask: Ask;
  /** Undefined for a token that belongs to none. */
  readonly device: string | undefined;
}

/** The fact that names the device whose keys moot has. */
export function deviceFact(user: UserId): string {
  return `matrix.device ${user}`;
}

/** A wire that is logged in as the account's user. Throws Refusal `homeserver`. */
export async function openSession(
  account: Account,
  wire: Wire,
  facts: Facts,
  patience: Patience,
): Promise<LoggedIn> {
  const { user, accessToken } = account;
  if (accessToken !== undefined) return tokenWire(account, wire(accessToken), patience);
  const fact = `matrix.session ${user}`;
  const kept = readSession(facts.get(fact));
  if (kept !== undefined) {
    const ask = wire(kept.accessToken);
    if (await isLoggedIn(ask, patience)) return { ask, device: kept.device };
  }
  // Who was logged out has no keys at the homeserver any more, and others do not take new ones of an old device.
  const isGone = kept !== undefined && facts.get(deviceFact(user)) === kept.device;
  const fresh = await logIn(account, wire(), isGone ? undefined : kept?.device, patience);
  facts.set(fact, JSON.stringify(fresh));
  return { ask: wire(fresh.accessToken), device: fresh.device };
}

function readSession(text: string | undefined): Session | undefined {
  return text === undefined ? undefined : session.parse(JSON.parse(text));
}

async function tokenWire({ user }: Account, ask: Ask, patience: Patience): Promise<LoggedIn> {
  try {
    const { user_id, device_id: device } = await patiently(ask, patience, WHO, whoami);
    if (user_id === user) return { ask, device };
    throw homeserver(
      `matrix.accessToken belongs to ${user_id}, but matrix.user is ${user}. Change one of them.`,
    );
  } catch (problem) {
    if (!(problem instanceof Trouble && problem.isLoggedOut)) throw problem;
    throw homeserver(
      `it does not accept matrix.accessToken. Make a new one for ${user} and put it into moot's config.`,
    );
  }
}

async function isLoggedIn(ask: Ask, patience: Patience): Promise<boolean> {
  try {
    await patiently(ask, patience, WHO, whoami);
    return true;
  } catch (problem) {
    if (problem instanceof Trouble && problem.isLoggedOut) return false;
    throw problem;
  }
}

/** The device stays the same: the homeserver knows transaction ids by device, so nothing is said twice. */
async function logIn(
  { user, password }: Account,
  ask: Ask,
  device: string | undefined,
  patience: Patience,
): Promise<Session> {
  if (password === undefined) {
    throw homeserver(
      `there is no way to log in as ${user}: add matrix.password or matrix.accessToken to moot's config.`,
    );
  }
  const body = {
    type: "m.login.password",
    identifier: { type: "m.id.user", user },
    password,
    initial_device_display_name: "moot",
    ...(device === undefined ? {} : { device_id: device }),
  };
  try {
    const call: Call = { method: "POST", path: v3("login"), body };
    const answer = await patiently(ask, patience, call, login);
    return { accessToken: answer.access_token, device: answer.device_id };
  } catch (problem) {
    if (!(problem instanceof Trouble && problem.status === 403)) throw problem;
    throw homeserver(
      `it does not accept the password of ${user}. Correct matrix.password in moot's config.`,
    );
  }
}
