// The role table as it bears on one person, one room and one command.
import { Refusal } from "../core/errors.ts";
import { isServerName, type ServerName } from "../core/ids.ts";
import { nearest } from "../core/nearest.ts";
import type { AppFile } from "../core/ports.ts";
import { may, whoMay, type Request } from "../core/roles.ts";
import type { World } from "./world.ts";

export class Gate {
  readonly #world: World;
  readonly #request: Request | undefined;

  /** Without a request: moot looks by itself, and everything is in its reach. */
  constructor(world: World, request?: Request) {
    this.#world = world;
    this.#request = request;
  }

  allows(target: Pick<Request, "server" | "app">): boolean {
    if (this.#request === undefined) return true;
    return may(this.#world.table(), { ...this.#request, ...target }).kind === "allowed";
  }

  require(target: Pick<Request, "server" | "app">, on: string): void {
    if (this.#request === undefined || this.allows(target)) return;
    const { room, permission } = this.#request;
    const whom = whoMay(this.#world.table(), { room, permission, ...target });
    throw new Refusal({ kind: "not-permitted", permission, on, whoMay: whom });
  }

  servers(): readonly ServerName[] {
    return this.#world.hosts.servers.filter((server) => this.allows({ server }));
  }

  server(name: string): ServerName {
    const known = this.servers();
    if (isServerName(name) && known.includes(name)) return name;
    throw new Refusal({ kind: "unknown-server", server: name, known });
  }

  async files(signal: AbortSignal): Promise<readonly AppFile[]> {
    const all = await this.#world.apps.list(signal);
    return all.filter(({ server, app }) => this.allows({ server, app }));
  }

  /** Throws Refusal: `unknown-app`, or `not-permitted` for one that exists out of reach. */
  async app(name: string, signal: AbortSignal): Promise<AppFile> {
    const all = await this.#world.apps.list(signal);
    const file = all.find(({ app }) => app === name);
    if (file !== undefined) {
      this.require({ server: file.server, app: file.app }, `${file.app} on ${file.server}`);
      return file;
    }
    const near = nearest(
      name,
      (await this.files(signal)).map(({ app }) => app),
    );
    throw new Refusal({
      kind: "unknown-app",
      app: name,
      ...(near === undefined ? {} : { nearest: near }),
    });
  }
}
