// The config that init writes: the sections of bot.config.example.yaml, with what was found or answered, and comments.

export type NewWay =
  | { readonly kind: "socket"; readonly socket: string }
  | {
      readonly kind: "ssh";
      /** `user@host:port`. */
      readonly login: string;
      readonly key: string;
      readonly hostKeys: readonly string[];
      readonly jump?: { readonly login: string; readonly hostKeys: readonly string[] };
    };

export interface NewServer {
  readonly name: string;
  readonly way: NewWay;
}

export interface NewMatrix {
  readonly homeserver: string;
  readonly user: string;
  /** A file that holds it. */
  readonly password: string;
  /** A file that holds it. */
  readonly storeKey: string;
  readonly room: string;
}

export interface NewConfig {
  readonly matrix?: NewMatrix;
  readonly members: readonly string[];
  readonly servers: readonly NewServer[];
  readonly abra: string;
  /** Whether the env files are in a git repository. */
  readonly isInGit: boolean;
}

export function configText(config: NewConfig): string {
  const { members, abra, isInGit } = config;
  const sections = [
    HEAD,
    config.matrix === undefined ? NO_MATRIX : matrixText(config.matrix),
    ROLES,
    membersText(members),
    serversText(config.servers),
    abraText(abra, isInGit),
    approvalsText(members),
    REST,
  ];
  return `${sections.join("\n\n")}\n`;
}

const HEAD = `# moot's config, written by init. bot.config.example.yaml shows every key there is; a key that moot does not know is a mistake.
# A relative path counts from the folder of this file; ~ is the home of the user that moot runs as.`;

const NO_MATRIX = `# The account moot speaks with, and the rooms it listens in. Without this section there is the console room alone.
# matrix:
#   homeserver: https://matrix.example.coop
#   user: "@moot:example.coop"
#   # A file with the account's password that only moot's user may read (chmod 600).
#   password: { file: ./moot-password }
#   # A file with a long random text (chmod 600), with which the keys of encrypted rooms are kept.
#   storeKey: { file: ./moot-store-key }
#   rooms:
#     "#ops:example.coop": { servers: ["*"], encrypted: required, alerts: true }`;

function matrixText({ homeserver, user, password, storeKey, room }: NewMatrix): string {
  return `# The account moot speaks with, and the rooms it listens in.
matrix:
  homeserver: ${quoted(homeserver)}
  user: ${quoted(user)}
  # A file that only moot's user may read (chmod 600). Used once; the session is kept in the database.
  password: { file: ${quoted(password)} }
  # A file with a long random text (chmod 600), with which the keys of encrypted rooms are kept.
  storeKey: { file: ${quoted(storeKey)} }
  rooms:
    # Invite moot into it. For a room that is not encrypted: encrypted: off.
    ${quoted(room)}: { servers: ["*"], encrypted: required, alerts: true }`;
}

const ROLES = `# Sets of commands, as a team may begin with. "on" would bind one to servers, apps or rooms.
roles:
  watcher: # Sees everything and changes nothing.
    may: [help, whoami, status, servers, apps, recipes, plan, ps, logs, jobs, check, backups, updates, roles, audit, hold, away]
  operator: # Runs the apps from day to day.
    may: [watcher, deploy, upgrade, rollback, restart, config, backup, drill, cancel, skip, snooze, approve]
  keeper: # May do what cannot be undone.
    may: [operator, undeploy, remove, move, restore, secrets, run, grant, servers.edit, breakglass]`;

function membersText(members: readonly string[]): string {
  const head =
    "# Full Matrix IDs in quotes, and the roles each holds. Left empty, nobody may do anything.";
  if (members.length === 0) return `${head}\nmembers: {}\n  # "@ana:example.coop": [keeper]`;
  return [head, "members:", ...members.map((user) => `  ${quoted(user)}: [keeper]`)].join("\n");
}

function serversText(servers: readonly NewServer[]): string {
  const head = "# The swarms moot deploys to, by the folder names abra has for them.";
  if (servers.length === 0) return `${head}\nservers: {}`;
  return [head, "servers:", ...servers.flatMap(serverLines)].join("\n");
}

function serverLines({ name, way }: NewServer): readonly string[] {
  if (way.kind === "socket") return [`  ${quoted(name)}:`, `    socket: ${quoted(way.socket)}`];
  const { login, key, hostKeys, jump } = way;
  return [
    `  ${quoted(name)}:`,
    `    ssh: ${quoted(login)}`,
    `    key: { file: ${quoted(key)} }`,
    ...keyLines("hostKey", hostKeys),
    ...(jump === undefined
      ? []
      : [`    jump: ${quoted(jump.login)}`, ...keyLines("jumpHostKey", jump.hostKeys)]),
  ];
}

function keyLines(setting: string, keys: readonly string[]): readonly string[] {
  const [only, ...more] = keys;
  if (only === undefined)
    return [
      `    # ${setting}: moot refuses the server until its key stands here; check shows the line to add.`,
    ];
  if (more.length === 0) return [`    ${setting}: ${quoted(only)}`];
  return [`    ${setting}:`, ...keys.map((key) => `      - ${quoted(key)}`)];
}

function abraText(dir: string, isInGit: boolean): string {
  const sync = isInGit
    ? "Set it to true to share every change through the git repository that is there."
    : "Whether servers/ is a git repository that moot shares every change through.";
  return `# The apps' env files, in abra's own layout, so that abra and moot work on the same apps.
abra:
  dir: ${quoted(dir)}
  # ${sync}
  sync: false`;
}

function approvalsText(members: readonly string[]): string {
  const people = members.length === 1 ? 1 : 2;
  return `# How many people must agree: to what changes what runs, and to what can lose data or open doors.
approvals:
  change: { people: 1 }
  danger: { people: ${people} }`;
}

const REST = `# What moot remembers: one file, readable by its owner alone.
storage: { database: ./moot.db }

# The room for those at this machine: node src/main.ts console --config FILE
console: { socket: ./moot.sock }`;

/** As YAML and JSON both read it. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
