// Apps in memory.
import type { AppFile, Apps } from "../../src/core/ports.ts";
import { isAppName, isServerName } from "../../src/core/ids.ts";
import { named } from "../named.ts";

export class FakeApps implements Apps {
  readonly #texts = new Map<string, string>();

  pathOf(app: string, server: string): string {
    return `/abra/servers/${server}/${app}.env`;
  }

  async list(): Promise<readonly AppFile[]> {
    return [...this.#texts.keys()].sort().map((path) => this.#file(path));
  }

  async find(app: string): Promise<AppFile | undefined> {
    const path = [...this.#texts.keys()].find((one) => one.endsWith(`/${app}.env`));
    return path === undefined ? undefined : this.#file(path);
  }

  async write(path: string, text: string, before: string | undefined): Promise<boolean> {
    if (this.#texts.get(path) !== before) return false;
    this.#texts.set(path, text);
    return true;
  }

  async remove(path: string, before: string): Promise<boolean> {
    return this.#texts.get(path) === before && this.#texts.delete(path);
  }

  #file(path: string): AppFile {
    const [, server = "", app = ""] = /\/servers\/([^/]+)\/(.+)\.env$/.exec(path) ?? [];
    return {
      app: named(isAppName, app),
      server: named(isServerName, server),
      path,
      text: this.#texts.get(path) ?? "",
    };
  }
}
