// Where a backup, a restore or a drill of a wiki is killed again and again: a moot, a repository, and what has to be there in the end.
import { createHash } from "node:crypto";
import { expect } from "vitest";
import { PAUSED_LABEL } from "../../src/core/paused.ts";
import { KeptWiki } from "../e2e/kept-wiki.ts";
import type { Parlour } from "../e2e/parlour.ts";
import type { Testbed, TestHost } from "../testbed/index.ts";
import { holdings, live, ONE, TWO } from "./life-story.ts";
import { openShared } from "./story.ts";

/** On the server; each bed has one of its own. */
export const REPOSITORIES = "/srv/moot-kills";
const PAGES =
  "with recursive page(n) as (select 1 union all select n + 1 from page where n < 300) " +
  "insert into pages (words) select 'page ' || n || ' of the handbook' from page";
const WHOLE = {
  services: ["app 1/1", "db 1/1"],
  volumes: ["db-data", "media"],
  secrets: ["db_password_v1"],
  configs: ["db_v1", "page_v1"],
};

export class Bed implements AsyncDisposable {
  readonly app: string;
  readonly stack: string;
  readonly wiki: KeptWiki;
  readonly parlour: Parlour;
  readonly #host: TestHost;
  readonly #repository: string;
  /** Of its drills. */
  readonly #scratch: string;

  private constructor(
    host: TestHost,
    { app, wiki, parlour }: Pick<Bed, "app" | "wiki" | "parlour">,
  ) {
    this.app = app;
    this.stack = stackOf(app);
    this.wiki = wiki;
    this.parlour = parlour;
    this.#host = host;
    this.#repository = repositoryOf(app);
    this.#scratch = `moot-drill-${createHash("sha256").update(app).digest("hex").slice(0, 8)}`;
  }

  /** A wiki with content, its repository, and a moot that does not run. */
  static async open(testbed: Testbed, name: string): Promise<Bed> {
    const app = `${name}.one.test`;
    const place = { host: "one", stack: stackOf(app), repository: repositoryOf(app) };
    const wiki = await KeptWiki.open({ testbed, server: ONE, ...place });
    const parlour = await openShared(testbed, (settings) => {
      settings.setIn(["approvals", "danger", "people"], 1);
      // Then a restore has nothing to commit, which `life.test.ts` kills.
      settings.setIn(["abra", "sync"], false);
      // Each life would connect to it.
      settings.deleteIn(["servers", TWO]);
    });
    await wiki.keepBackups(parlour, ["backup", "restore", "drill"]);
    await live(parlour, `!deploy wiki ${app} --server ${ONE} --version 1.0.0+1.0.0`);
    await wiki.upload("logo.svg", "<svg/>");
    await wiki.sql(PAGES);
    await wiki.keep("init");
    return new Bed(testbed.host("one"), { app, wiki, parlour });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.parlour[Symbol.asyncDispose]();
  }

  async content(): Promise<Content> {
    return { pages: await this.wiki.sql(".dump"), media: await this.#media() };
  }

  /** Returns what it holds then. */
  async damage(sql: string): Promise<Content> {
    await this.wiki.sql(sql);
    await this.wiki.upload("logo.svg", "spoilt");
    await this.wiki.upload("virus.exe", "spoilt");
    return this.content();
  }

  /** At a point such as "within save" or "within drill restore": kills moot from outside while restic reads or writes volumes. */
  readonly help = async (parlour: Parlour, point: string): Promise<void> => {
    if (!point.startsWith("within ")) return;
    const what = point.endsWith("save") ? "save" : "restore";
    const stack = point.startsWith("within drill") ? this.#scratch : this.stack;
    await this.wiki.killWithin(what, parlour, stack);
  };

  /** From then on, whatever restic is asked for fails. */
  async losesRepository(): Promise<void> {
    await this.#host.exec("mv", this.#repository, `${this.#repository}.away`);
  }

  async findsRepository(): Promise<void> {
    await this.#host.exec("mv", `${this.#repository}.away`, this.#repository);
  }

  /** The app runs at its replicas, and whatever else was made is gone. */
  async isWhole(): Promise<void> {
    const { stack } = this;
    expect(await holdings(this.#host, stack)).toEqual(WHOLE);
    const services = [`${stack}_app`, `${stack}_db`];
    const format = "{{json .Spec.Labels}}";
    const labels = await this.#host.docker("service", "inspect", "--format", format, ...services);
    expect(labels).not.toContain(PAUSED_LABEL);
    const isLeft = (one: string): boolean =>
      one.includes(this.#scratch) || (one.includes(" moot-") && one.includes(stack));
    expect((await everything(this.#host)).filter(isLeft)).toEqual([]);
  }

  /** By name, with what each file is. */
  async #media(): Promise<string> {
    const folder = await mediaOf(this.#host, this.stack);
    return this.#host.exec("sh", "-c", 'cd "$1" && sha256sum *', "sh", folder);
  }
}

export interface Content {
  readonly pages: string;
  readonly media: string;
}

/** All that a server has, by kind and name. */
export async function everything(host: TestHost): Promise<readonly string[]> {
  const kinds = ["service", "network", "volume", "secret", "config"] as const;
  const listed = kinds.map(async (kind) => {
    const names = await host.docker(kind, "ls", "--format", "{{.Name}}");
    return names.split("\n").flatMap((name) => (name === "" ? [] : [`${kind} ${name}`]));
  });
  const containers = await host.docker("ps", "--all", "--format", "container {{.Names}}");
  return [...(await Promise.all(listed)).flat(), ...containers.split("\n")].toSorted();
}

/** Where the wiki keeps what people upload. */
function mediaOf(host: TestHost, stack: string): Promise<string> {
  return host.docker("volume", "inspect", "--format", "{{.Mountpoint}}", `${stack}_media`);
}

function stackOf(app: string): string {
  return app.replaceAll(".", "_");
}

function repositoryOf(app: string): string {
  return `${REPOSITORIES}/${app}`;
}
