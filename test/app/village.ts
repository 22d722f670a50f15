// One server, one recipe with settings and secrets, and people who may do what a keeper may: the ground of many stories.
import { expect, vi } from "vitest";
import type { World } from "../../src/app/world.ts";
import type { EventId, UserId } from "../../src/core/ids.ts";
import { isAppName, isServerName, isStackName } from "../../src/core/ids.ts";
import { interpolate } from "../../src/core/interpolation.ts";
import type { Job } from "../../src/core/job.ts";
import { roleTable } from "../../src/core/roles.ts";
import type { ServiceState } from "../../src/core/state.ts";
import { FakeApps } from "../fakes/apps.ts";
import { FakeComposer, meaningOfJson, plainService } from "../fakes/composer.ts";
import { makeFastClock } from "../fakes/fast-clock.ts";
import { FakeHost, FakeHosts } from "../fakes/host.ts";
import { FakeRecipes } from "../fakes/recipes.ts";
import { FakeRegistry } from "../fakes/registry.ts";
import { named } from "../named.ts";
import { ANA, DAN, openDesk, ROOM, type Desk, type DeskOptions } from "./desk.ts";

export const ALPHA = named(isServerName, "alpha.example.coop");
export const WIKI = named(isAppName, "wiki.example.coop");
export const STACK = named(isStackName, "wiki_example_coop");
const VERSION = "1.0.0+1.0.0";
export const PATH = `/abra/servers/${ALPHA}/${WIKI}.env`;
const IMAGE = "registry.example/moot/wiki:1.0.0";
const DATABASE = "postgres:17";

/** Names the secrets by their keys, as recipes do; `ssl_key` breaks the pattern on purpose. */
const COMPOSE = `
services:
  app:
    image: ${IMAGE}
    environment:
      - GREETING
      - LOG_LEVEL=\${LOG_LEVEL:-info}
secrets:
  db_password:
    external: true
    name: \${STACK_NAME}_db_password_\${SECRET_DB_PASSWORD_VERSION}
  token:
    external: true
    name: \${STACK_NAME}_token_\${SECRET_TOKEN_VERSION:-v1}
  smtp_password:
    external: true
    name: \${STACK_NAME}_smtp_password_\${SECRET_SMTP_PASSWORD_VERSION}
  fixed:
    external: true
    name: \${STACK_NAME}_fixed_v1
`;

const SAMPLE = `TYPE=wiki

DOMAIN=wiki.example.com
COMPOSE_FILE="compose.yml"

# What people see
GREETING=hello
#LOG_LEVEL=info

# Secrets
SECRET_DB_PASSWORD_VERSION=v1
SECRET_TOKEN_VERSION=v1 # length=40 charset=hex
`;

export const ENV = `TYPE=wiki:${VERSION}

DOMAIN=${WIKI}
COMPOSE_FILE="compose.yml"

# What people see
export GREETING='hello' # in their language
#LOG_LEVEL=info

# Secrets
SECRET_DB_PASSWORD_VERSION=v1
SECRET_TOKEN_VERSION=v1 # length=40 charset=hex
SMTP_PASSWORD=hunter22
`;

export interface Village extends AsyncDisposable {
  readonly desk: Desk;
  readonly host: FakeHost;
  readonly apps: FakeApps;
}

export interface VillageOptions {
  readonly desk?: Pick<DeskOptions, "duties">;
  readonly env?: string;
  readonly sample?: string;
  /** Secrets, by short name, that the services use. */
  readonly app?: readonly string[];
  readonly world?: Partial<World>;
  /** Other apps, by domain. */
  readonly neighbours?: Readonly<Record<string, string>>;
  /** Where the ledger of a former life is. */
  readonly file?: string;
  /** What the server has, by swarm name. */
  readonly secrets?: Readonly<Record<string, string>>;
}

const NAMES: Readonly<Record<string, string>> = Object.fromEntries(
  Array.from(COMPOSE.matchAll(/^ {2}(\w+):\n {4}external: true\n {4}name: (.*)$/gm), (found) => [
    found[1] ?? "",
    found[2] ?? "",
  ]),
);

/** Ana and dan are keepers. */
export async function openVillage(options: VillageOptions = {}): Promise<Village> {
  const { env = ENV, sample = SAMPLE, app = ["db_password", "token"], neighbours = {} } = options;
  const host = new FakeHost({ server: ALPHA, clock: makeFastClock(), meaning: meaningOfJson });
  for (const [name, value] of Object.entries(options.secrets ?? {}))
    host.holdings.createSecret(name, value);
  const keeper = {
    may: [
      "deploy",
      "status",
      "plan",
      "config",
      "secrets",
      "upgrade",
      "rollback",
      "approve",
      "jobs",
      "cancel",
    ],
  };
  const members = new Map<UserId, readonly string[]>([
    [ANA, ["keeper"]],
    [DAN, ["keeper"]],
  ]);
  const rooms = [{ name: ROOM, id: ROOM, servers: ["*"] }];
  const table = roleTable(new Map([["keeper", keeper]]), members, rooms);
  const files = { "compose.yml": COMPOSE, ".env.sample": sample };
  const apps = new FakeApps();
  await apps.write(PATH, env, undefined);
  for (const [domain, text] of Object.entries(neighbours))
    await apps.write(apps.pathOf(domain, ALPHA), text, undefined);
  const desk = openDesk({
    ...options.desk,
    ...(options.file === undefined ? {} : { file: options.file }),
    world: {
      table: () => table,
      hosts: new FakeHosts([host]),
      recipes: new FakeRecipes({ wiki: { versions: { [VERSION]: files } } }),
      apps,
      registry: new FakeRegistry([IMAGE, DATABASE]),
      composer: new FakeComposer(({ env: given }) => rendered(given, app)),
      ...options.world,
    },
  });
  return { desk, host, apps, [Symbol.asyncDispose]: () => desk[Symbol.asyncDispose]() };
}

function rendered(
  env: Readonly<Record<string, string>>,
  used: readonly string[],
): { readonly services: readonly ServiceState[]; readonly externalSecrets: readonly string[] } {
  const nameOf = (secret: string): string => interpolate(NAMES[secret] ?? "", env);
  const services = [
    plainService("app", IMAGE, {
      env: { GREETING: env["GREETING"] ?? "" },
      labels: { "traefik.http.routers.app.rule": `Host(\`${env["DOMAIN"] ?? ""}\`)` },
      secrets: used.map(nameOf),
    }),
    plainService("db", DATABASE, {
      secrets: used.filter((one) => one === "db_password").map(nameOf),
      volumes: [`${env["STACK_NAME"] ?? ""}_data`],
    }),
  ];
  return { services, externalSecrets: Object.keys(NAMES).map(nameOf) };
}

/** Types a command and waits until its job has ended. */
export async function ended({ desk }: Village, typed: string): Promise<Job> {
  const before = desk.ledger.jobs.recent(1)[0]?.id;
  desk.chat.say(ANA, typed);
  return jobAfter(desk, before);
}

/** Types what two people must agree to, lets dan agree, and waits until its job has ended. */
export async function agreed({ desk }: Village, typed: string): Promise<Job> {
  const before = desk.ledger.jobs.recent(1)[0]?.id;
  desk.chat.say(ANA, typed);
  const asked = await vi.waitFor(() => {
    const [approval] = desk.ledger.approvals.standing();
    expect(approval).toBeDefined();
    return approval;
  }, 10_000);
  desk.chat.say(DAN, `!approve a${asked?.id ?? 0}`);
  return jobAfter(desk, before);
}

function jobAfter(desk: Desk, before: number | undefined): Promise<Job> {
  return vi.waitFor(() => {
    const [job] = desk.ledger.jobs.recent(1);
    if (job?.ending === undefined || job.id === before) throw new Error("it has not ended");
    return job;
  }, 20_000);
}

/** All that moot said so far, as it reads now. */
export function told({ desk: { chat } }: Village): string {
  return chat
    .seen()
    .filter(({ sender }) => sender === chat.self)
    .map(({ body }) => body)
    .join("\n\n");
}

/** Types a command and waits for the answer that holds the words. */
export async function answered({ desk }: Village, typed: string, words: string): Promise<string> {
  const event: EventId = desk.chat.say(ANA, typed);
  await vi.waitFor(() => {
    expect(
      desk.ledger.outbox.eventOf(`reply:${event}`) ??
        desk.ledger.outbox.eventOf(`refusal:${event}`),
    ).toBeDefined();
  }, 10_000);
  return (await desk.chat.waitFor(words)).body;
}

export async function textOf({ apps }: Village): Promise<string> {
  return (await apps.find(WIKI))?.text ?? "";
}
