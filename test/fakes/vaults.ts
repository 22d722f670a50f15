// The repositories of servers in memory.
import { Refusal } from "../../src/core/errors.ts";
import type { ServerName } from "../../src/core/ids.ts";
import type { Vaults } from "../../src/core/vault.ts";
import type { Texts } from "./texts.ts";
import type { FakeVault } from "./vault.ts";

/** Of these servers alone. `volumes`: of servers that reach all of them, too. */
export class FakeVaults implements Vaults {
  readonly #vaults: ReadonlyMap<ServerName, FakeVault>;
  readonly #volumes: ReadonlyMap<ServerName, Map<string, Texts>>;

  constructor(
    vaults: readonly FakeVault[],
    volumes: ReadonlyMap<ServerName, Map<string, Texts>> = new Map(),
  ) {
    this.#vaults = new Map(vaults.map((vault) => [vault.server, vault]));
    this.#volumes = volumes;
  }

  get servers(): readonly ServerName[] {
    return [...this.#vaults.keys()];
  }

  isShared(): boolean {
    return this.#volumes.size > 0;
  }

  sharing(server: ServerName): readonly ServerName[] {
    return [server];
  }

  get(server: ServerName, at = server): FakeVault {
    const vault = this.#vaults.get(server);
    if (vault === undefined) throw new Refusal({ kind: "no-repository", server });
    const elsewhere = at === server ? undefined : this.#volumes.get(at);
    return elsewhere === undefined ? vault : vault.at(elsewhere);
  }
}
