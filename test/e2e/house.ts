// A team's moot as its config would have it: members, servers of the testbed, recipes, and a folder for all it keeps.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Testbed } from "../testbed/index.ts";

// prettier-ignore
const WATCHER = ["help", "whoami", "status", "servers", "apps", "recipes", "plan", "ps", "logs", "jobs", "check", "updates", "roles", "audit", "hold", "away"];

const ROLES = {
  watcher: { may: WATCHER },
  operator: {
    may: [
      "watcher",
      "deploy",
      "upgrade",
      "rollback",
      "restart",
      "config",
      "cancel",
      "skip",
      "snooze",
      "approve",
    ],
  },
  keeper: {
    may: [
      "operator",
      "undeploy",
      "remove",
      "move",
      "secrets",
      "run",
      "grant",
      "servers.edit",
      "breakglass",
    ],
  },
};

/** Who is who in every story: ana and bea keepers, cem operator, dan watcher. */
export const TEAM = { ana: "keeper", bea: "keeper", cem: "operator", dan: "watcher" } as const;

export interface MatrixHouse {
  readonly url: string;
  readonly password: string;
  readonly room: string;
  readonly isEncrypted?: boolean;
}

export interface HouseOptions {
  /** Made if it is not there. */
  readonly folder: string;
  readonly testbed: Testbed;
  /** moot's names of servers, and the testbed's hosts that they are: "one", or "one:2201" for another port of it. */
  readonly servers: Readonly<Record<string, string>>;
  /** The members' server name. */
  readonly serverName: string;
  readonly matrix?: MatrixHouse;
  /** Seconds a deploy may take where the recipe does not say. */
  readonly timeout?: string;
  readonly rules?: HouseRules;
  /** Of the config, beside those that every house has or in their place. */
  readonly sections?: Readonly<Record<string, unknown>>;
}

/** How a house decides, where it is not as the others. */
export interface HouseRules {
  /** The config's section. */
  readonly approvals?: unknown;
  /** What these roles bear beside what they bear everywhere. */
  readonly roles?: Readonly<Record<string, readonly string[]>>;
  /** The config's section. */
  readonly apps?: unknown;
  /** The config's section. */
  readonly updates?: unknown;
  /** Members beside the team: names, and their roles. */
  readonly guests?: Readonly<Record<string, string>>;
}

export interface House {
  readonly folder: string;
  readonly config: string;
  readonly socket: string;
  /** abra's folder. */
  readonly abra: string;
  readonly members: readonly string[];
}

export async function buildHouse(options: HouseOptions): Promise<House> {
  const { folder, testbed, servers, serverName, matrix, timeout = "5m", rules = {} } = options;
  const abra = join(folder, "abra");
  for (const server of Object.keys(servers))
    await mkdir(join(abra, "servers", server), { recursive: true });
  const members = Object.entries({ ...TEAM, ...rules.guests }).map(
    ([name, role]) => [`@${name}:${serverName}`, [role]] as const,
  );
  const socket = join(folder, "room", "moot.sock");
  const config = join(folder, "bot.config.yaml");
  const settings = {
    ...(matrix === undefined ? {} : { matrix: await matrixSection(folder, serverName, matrix) }),
    roles: rolesWith(rules.roles),
    members: Object.fromEntries(members),
    servers: Object.fromEntries(
      Object.entries(servers).map(([server, place]) => {
        const [name = "", port] = place.split(":");
        const { address, ssh } = testbed.host(name);
        return [
          server,
          {
            ssh: `${ssh.user}@${address}:${port ?? ssh.port}`,
            key: { file: ssh.keyFile },
            hostKey: ssh.hostKey,
          },
        ];
      }),
    ),
    abra: { dir: abra, timeout },
    apps: rules.apps ?? {},
    updates: rules.updates ?? {},
    catalogue: { index: testbed.recipes.index, recipes: testbed.recipes.folder },
    registries: { [testbed.registry.address]: { plain: true } },
    approvals: rules.approvals ?? { change: { people: 1 }, danger: { people: 2 } },
    storage: { database: join(folder, "moot.db") },
    tools: { docker: testbed.docker },
    console: { socket },
    ...options.sections,
  };
  await writeFile(config, stringify(settings), { mode: 0o600 });
  return { folder, config, socket, abra, members: members.map(([member]) => member) };
}

function rolesWith(more: HouseRules["roles"] = {}): unknown {
  const all = Object.entries({ ...more, ...ROLES }).map(([role]) => role);
  const usual: Readonly<Record<string, { readonly may: readonly string[] }>> = ROLES;
  return Object.fromEntries(
    all.map((role) => [role, { may: [...(usual[role]?.may ?? []), ...(more[role] ?? [])] }]),
  );
}

async function matrixSection(
  folder: string,
  serverName: string,
  matrix: MatrixHouse,
): Promise<unknown> {
  const password = join(folder, "moot-password");
  const storeKey = join(folder, "moot-store-key");
  await writeFile(password, matrix.password, { mode: 0o600 });
  await writeFile(storeKey, "a long random text for tests alone", { mode: 0o600 });
  const encrypted = matrix.isEncrypted === true ? "required" : "off";
  return {
    homeserver: matrix.url,
    user: `@moot:${serverName}`,
    password: { file: password },
    storeKey: { file: storeKey },
    rooms: { [matrix.room]: { servers: ["*"], encrypted } },
  };
}
