// Ways to servers in memory: behind each address stands a host that a test puts there.
import type { Doors } from "../../src/core/doors.ts";
import { Refusal } from "../../src/core/errors.ts";
import type { ServerName } from "../../src/core/ids.ts";
import type { Host, Hosts } from "../../src/core/ports.ts";
import type { Servers } from "../../src/core/server-ledger.ts";
import type { KeyPair, NewServer, Stop, Way } from "../../src/core/servers.ts";
import type { Login } from "../../src/core/ssh-address.ts";

/** Both the ways and the hosts at their ends. */
export class FakeDoors implements Doors, Hosts {
  /** Where added servers are looked up, once the ledger is open. */
  ledger: Servers | undefined;
  /** By the address they are reached at. */
  readonly machines = new Map<string, Host>();
  /** Every private key that was made. */
  readonly made: string[] = [];
  readonly #configured: readonly Host[];
  #open: readonly Host[] = [];

  constructor(configured: readonly Host[]) {
    this.#configured = configured;
  }

  get servers(): readonly ServerName[] {
    return [...this.#configured, ...this.#open].map(({ server }) => server);
  }

  get(server: ServerName): Host {
    const host = [...this.#configured, ...this.#open].find((one) => one.server === server);
    if (host !== undefined) return host;
    throw new Refusal({ kind: "unknown-server", server, known: this.servers });
  }

  isConfigured(server: ServerName): boolean {
    return this.#configured.some((host) => host.server === server);
  }

  makeKey(server: ServerName): KeyPair {
    const number = this.made.length + 1;
    const privateKey = `private-half-${number}-of-${server}`;
    this.made.push(privateKey);
    return { publicKey: `ssh-ed25519 AAAApublic${number} moot-for-${server}`, privateKey };
  }

  async look(
    server: ServerName,
    { way, key }: { readonly way: Way; readonly key: string },
    signal: AbortSignal,
  ): Promise<Pick<NewServer, "address" | "jump">> {
    signal.throwIfAborted();
    if (!this.made.includes(key)) throw new Error("it was looked at with another key");
    const { address, jump } = way;
    if (!this.machines.has(address.host)) {
      const problem = `${address.host}:${address.port} did not answer within 8 s.`;
      throw new Refusal({ kind: "server-unreachable", server, problem });
    }
    return { address: stopAt(address), ...(jump !== undefined && { jump: stopAt(jump) }) };
  }

  async renew(): Promise<void> {
    const added = this.ledger?.standing() ?? [];
    this.#open = added.flatMap(({ address }) => this.machines.get(address.host) ?? []);
  }
}

function stopAt(login: Login): Stop {
  const fingerprint = `SHA256:shown-by-${login.host}`;
  return { ...login, hostKey: { line: `ssh-ed25519 AAAA${login.host}`, fingerprint } };
}
