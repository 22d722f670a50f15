// Takes an address to listen at, or says in a refusal why it cannot be had.
import { once } from "node:events";
import { createServer, type AddressInfo, type Server } from "node:net";
import { errnoOf } from "../core/errno.ts";
import { Refusal, type RefusalReason } from "../core/errors.ts";

export interface Listen {
  readonly host: string;
  readonly port: number;
}

type Why = Extract<RefusalReason, { readonly kind: "address-unusable" }>["why"];

const WHYS: Readonly<Record<string, Why>> = {
  EADDRINUSE: "taken",
  EADDRNOTAVAIL: "elsewhere",
  EAFNOSUPPORT: "elsewhere",
  EACCES: "denied",
};

/** Resolves with where it listens then. Throws Refusal `address-unusable`. */
export async function listen(server: Server, { host, port }: Listen): Promise<AddressInfo> {
  server.listen({ host, port });
  try {
    await once(server, "listening");
  } catch (error) {
    const why = WHYS[errnoOf(error) ?? ""];
    if (why === undefined) throw error;
    const address = `${host.includes(":") ? `[${host}]` : host}:${port}`;
    throw new Refusal({ kind: "address-unusable", address, why }, error);
  }
  const at = server.address();
  if (at === null || typeof at === "string") throw new Error("it listens at no address");
  return at;
}

/** Throws Refusal `address-unusable` where moot could not listen now. */
export async function tryAddress(at: Listen): Promise<void> {
  const server = createServer();
  await listen(server, at);
  server.close();
  await once(server, "close");
}

/** Whether only this machine can reach it. */
export function isLoopback(address: string): boolean {
  return address === "::1" || /^(?:::ffff:)?127(?:\.\d{1,3}){3}$/.test(address);
}
