// A wiki of the stories whose server has a repository: what the wiki holds, and what restic itself says of the repository.
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect } from "vitest";
import type { Testbed } from "../testbed/index.ts";
import { ensureRestic } from "../testbed/tools.ts";
import { keptSections, PASSWORD } from "./kept-config.ts";
import type { Parlour } from "./parlour.ts";
import type { SERVERS } from "./stage.ts";
import { until } from "./until.ts";

/** Milliseconds. */
const PATIENCE = 120_000;
const BETWEEN_LOOKS = 100;

export interface KeptOptions {
  readonly testbed: Testbed;
  readonly server: keyof typeof SERVERS;
  readonly host: string;
  readonly stack: string;
  /** The folder on the server. */
  readonly repository: string;
}

export class KeptWiki {
  readonly #options: KeptOptions;
  readonly #restic: string;

  private constructor(options: KeptOptions, restic: string) {
    this.#options = options;
    this.#restic = restic;
  }

  static async open(options: KeptOptions): Promise<KeptWiki> {
    return new KeptWiki(options, await ensureRestic(() => undefined));
  }

  /** Rights and a repository, in the config of a moot that does not run yet. */
  async keepBackups(parlour: Parlour, rights: readonly string[]): Promise<void> {
    const { testbed, server, repository } = this.#options;
    const { folder } = parlour.house;
    const sections = await keptSections(testbed, folder, { [server]: repository });
    await parlour.amend((settings) => {
      for (const right of rights) settings.addIn(["roles", "keeper", "may"], right);
      for (const [name, section] of Object.entries(sections)) settings.setIn([name], section);
    });
  }

  async wipe(): Promise<void> {
    await this.#host.wipe();
    await this.#host.exec("rm", "-rf", this.#options.repository);
  }

  /** restic itself, on the server; what it prints. */
  async keep(...words: readonly string[]): Promise<string> {
    const { repository } = this.#options;
    const password = `RESTIC_PASSWORD=${PASSWORD}`;
    const common = ["env", password, this.#restic, "--no-cache", "--quiet", "--repo", repository];
    return this.#host.exec(...common, ...words);
  }

  /** Full ids, oldest first. */
  async snapshots(): Promise<readonly string[]> {
    const listed = await this.keep("snapshots", "--json");
    return [...listed.matchAll(/"id":"(?<id>[0-9a-f]{64})"/g)].flatMap(
      ({ groups }) => groups?.["id"] ?? [],
    );
  }

  /** As the wiki keeps what people upload. */
  async upload(name: string, content: string): Promise<void> {
    const write = 'printf %s "$2" >"$1"';
    await this.#host.exec("sh", "-c", write, "sh", join(await this.#media(), name), content);
  }

  /** Every upload with its name and content. */
  async uploads(stack?: string): Promise<string> {
    const read = 'cd "$1" && for one in *; do echo "$one: $(cat "$one")"; done';
    return this.#host.exec("sh", "-c", read, "sh", await this.#media(stack));
  }

  async sql(words: string, stack?: string): Promise<string> {
    return this.inDatabase(["sqlite3", "/var/db/wiki.db", words], stack);
  }

  async inDatabase(argv: readonly string[], stack = this.#options.stack): Promise<string> {
    const container = await this.#host.docker("ps", "--quiet", `--filter=name=${stack}_db.`);
    return this.#host.docker("exec", container, ...argv);
  }

  async version(stack = this.#options.stack): Promise<string> {
    const format = `{{index .Spec.Labels "coop-cloud.${stack}.version"}}`;
    return this.#host.docker("service", "inspect", "--format", format, `${stack}_app`);
  }

  /** Containers that moot left, running or not. */
  async leftovers(): Promise<string> {
    return this.#host.docker("ps", "--all", "--quiet", "--filter=name=moot-");
  }

  /** Kills moot while a container of restic's saves or restores volumes of the stack, which is left over then. */
  async killWithin(
    what: "save" | "restore",
    { moot }: Parlour,
    stack = this.#options.stack,
  ): Promise<void> {
    const carrier = `--filter=name=^/moot-vault-${what}-${stack}$`;
    const isThere = async (...how: readonly string[]): Promise<boolean> =>
      (await this.#host.docker("ps", "--quiet", carrier, ...how)) !== "";
    const deadline = Date.now() + PATIENCE;
    for (;;) {
      if (Date.now() > deadline) throw new Error(`restic was never seen to ${what} ${stack}`);
      await pause(BETWEEN_LOOKS);
      if (!(await isThere())) continue;
      // It may just have come to its end; of a moot that stands still nothing is taken away.
      process.kill(moot.pid, "SIGSTOP");
      if (await isThere("--all")) break;
      process.kill(moot.pid, "SIGCONT");
    }
    process.kill(moot.pid, "SIGKILL");
    await moot.ended();
  }

  /** Holds restic still when it has one of the files open, does something, and lets it go on. */
  async whileReading(pattern: string, act: () => Promise<unknown>): Promise<void> {
    const carrier = `moot-vault-save-${this.#options.stack}`;
    const look = 'ls -l /proc/[0-9]*/fd 2>/dev/null | grep -q "$1" && echo open || true';
    const isOpen = async (): Promise<true | undefined> =>
      (await this.#host.exec("sh", "-c", look, "sh", pattern)) === "open" ? true : undefined;
    await until(`restic to open ${pattern}`, isOpen, PATIENCE / 1000);
    await this.#host.docker("pause", carrier);
    expect(await isOpen(), "restic was done with it already").toBe(true);
    await act();
    await this.#host.docker("unpause", carrier);
  }

  /** How many tasks a service is to have. */
  async replicas(service: string): Promise<number> {
    const format = "{{.Spec.Mode.Replicated.Replicas}}";
    const name = `${this.#options.stack}_${service}`;
    return Number(await this.#host.docker("service", "inspect", "--format", format, name));
  }

  get #host(): ReturnType<Testbed["host"]> {
    return this.#options.testbed.host(this.#options.host);
  }

  async #media(stack = this.#options.stack): Promise<string> {
    const format = "{{.Mountpoint}}";
    return this.#host.docker("volume", "inspect", "--format", format, `${stack}_media`);
  }
}
