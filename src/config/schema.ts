// What a config may say: every section and key, in the order of bot.config.example.yaml.
import { z } from "zod";
import { ALERT_KINDS, type AlertKind } from "../core/alerts.ts";
import { isAppName, isRoomId, isUserId } from "../core/ids.ts";
import { isPermission, type Permission } from "../core/roles.ts";
import { isLoopback, listenAddress } from "./addresses.ts";
import {
  duration,
  expected,
  flag,
  globs,
  listed,
  isGlob,
  listOf,
  mapOf,
  section,
  span,
  text,
  url,
  urlOrPath,
  words,
} from "./forms.ts";
import { backupsSchema } from "./backups.ts";
import { pathSchema, type Places } from "./places.ts";
import { secretSchema, type SecretSchema } from "./secrets.ts";
import { serversSchema } from "./servers.ts";
import { updates } from "./updates.ts";

export function configSchema(places: Places) {
  const secret = secretSchema(places);
  const path = pathSchema(places);
  return section({
    matrix: matrixSchema(secret).exactOptional(),
    roles: mapOf(isRoleName, role, "role names in small letters").prefault({}),
    members: mapOf(isUserId, held, `full Matrix IDs in quotes, such as ${USER}`).prefault({}),
    servers: serversSchema(secret, path).prefault({}),
    abra: section({
      dir: path.prefault("~/.abra"),
      sync: flag().default(false),
      timeout: duration.prefault("5m"),
      exposeSecrets: flag().default(true),
    }).prefault({}),
    apps: mapOf(isAppName, app, "domains of apps, such as matrix.example.coop").prefault({}),
    catalogue,
    registries: mapOf(
      isRegistry,
      registrySchema(secret),
      "registries, such as registry.example.coop",
    ).prefault({}),
    approvals: section({
      change: approval(1).prefault({}),
      danger: approval(2).prefault({}),
      raise: section({
        commands: mapOf(isCommandName, tier, "names of commands").prefault({}),
        servers: mapOf(isGlob, tier, "server names, where * stands for anything").prefault({}),
        apps: mapOf(isGlob, tier, "domains, where * stands for anything").prefault({}),
      }).prefault({}),
    }).prefault({}),
    updates,
    troubles,
    backups: backupsSchema(secret).exactOptional(),
    audit: section({ keep: kept.exactOptional() }).prefault({}),
    storage: section({ database: path.prefault("./moot.db") }).prefault({}),
    http: httpSchema(secret).exactOptional(),
    tools: section({
      docker: path.prefault("/usr/bin/docker"),
      restic: path.prefault("/usr/bin/restic"),
    }).prefault({}),
    console: section({ socket: path.prefault("./moot.sock") }).prefault({}),
  });
}

/** What a config says, with defaults filled in. */
export type Settings = z.output<ReturnType<typeof configSchema>>;

const USER = '"@ana:example.coop"';

function isRoomName(name: string): name is string {
  return isRoomId(name) || /^#[^\s:]+:\S+$/.test(name);
}

function isRoleName(name: string): name is string {
  return /^[a-z][a-z0-9_-]{0,31}$/.test(name);
}

/** As image references write it: `registry.example.coop:5000`. */
function isRegistry(name: string): name is string {
  return /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/.test(name);
}

/** Which kinds of them. */
const alerts = z
  .union(
    [z.boolean(), z.array(z.enum(ALERT_KINDS))],
    expected(`true, false, or a list of ${listed(ALERT_KINDS)}`),
  )
  .transform((said): ReadonlySet<AlertKind> => {
    if (typeof said !== "boolean") return new Set(said);
    return new Set(said ? ALERT_KINDS : []);
  });

const room = section({
  servers: globs,
  encrypted: words("required", "off").default("required"),
  alerts: alerts.default(new Set(ALERT_KINDS)),
});

function matrixSchema(secret: SecretSchema) {
  const user = expected(`moot's own Matrix ID in quotes, such as "@moot:example.coop"`);
  return section({
    homeserver: url("an address such as https://matrix.example.coop", "https:", "http:"),
    user: z.string(user).refine(isUserId, user),
    password: secret.exactOptional(),
    accessToken: secret.exactOptional(),
    storeKey: secret.exactOptional(),
    devices: words("crossSigned", "any").default("crossSigned"),
    rooms: mapOf(
      isRoomName,
      room,
      'room aliases or ids in quotes (a bare # begins a comment), such as "#ops:example.coop"',
    ),
  }).refine(
    ({ password, accessToken }) => (password === undefined) !== (accessToken === undefined),
    { error: "expected password or accessToken, one of the two" },
  );
}

const role = section({
  may: listOf(text("the name of a command or a role"), "a list of commands and roles"),
  on: section({
    servers: globs.exactOptional(),
    apps: globs.exactOptional(),
    rooms: globs.exactOptional(),
  }).exactOptional(),
});

const held = listOf(text("the name of a role"), "a list of roles, such as [operator]");

/** Without any word it would say nothing of the app. */
const app = section({ carries: words("room") });

const catalogue = section({
  index: urlOrPath("an https address", "https:", "http:").default(
    "https://recipes.coopcloud.tech/recipes.json",
  ),
  recipes: urlOrPath("an https or ssh address", "https:", "ssh:").default(
    "https://git.coopcloud.tech/coop-cloud",
  ),
}).prefault({});

function registrySchema(secret: SecretSchema) {
  return section({
    user: text("the name to log in with").exactOptional(),
    password: secret.exactOptional(),
    plain: flag().default(false),
  }).refine(({ user, password }) => (user === undefined) === (password === undefined), {
    error: "expected user and password together, or neither",
  });
}

const people = expected("a whole number of people, 1 or more");

function approval(usual: number) {
  return section({
    people: z.int(people).min(1, people).default(usual),
    requester: words("counts", "abstains").default("counts"),
    expires: duration.prefault("24h"),
    strong: flag().default(false),
  }).transform(({ requester, strong, ...rest }) => ({
    ...rest,
    requesterCounts: requester === "counts",
    isStrong: strong,
  }));
}

const tier = words("change", "danger");

function isCommandName(name: string): name is Permission {
  return isPermission(name);
}

const full = expected("a percentage from 50 to 99, without a sign");
/** Swarm forgets all but the last few tasks of a service. */
const crashes = expected("a whole number of failed tasks, from 1 to 4");

const troubles = section({
  disk: z.int(full).min(50, full).max(99, full).default(90),
  certificate: duration.prefault("14d"),
  silent: duration.prefault("10m"),
  crashes: z.int(crashes).min(1, crashes).max(4, crashes).default(3),
}).prefault({});

const kept = span.refine(
  (written) => /[1-9]/.test(written),
  expected("a span of some length, such as 2y; leave keep out to keep all"),
);

function httpSchema(secret: SecretSchema) {
  return section({ listen: listenAddress, token: secret.exactOptional() }).refine(
    ({ listen, token }) => isLoopback(listen) || token !== undefined,
    { error: "expected a token too, since others than this machine can reach that address" },
  );
}
