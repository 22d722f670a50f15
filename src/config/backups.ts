// What a config may say of backups: where each server's go, and how both sides get in.
import { z } from "zod";
import type { BackupRule } from "../core/backup-rules.ts";
import { isServerName } from "../core/ids.ts";
import { hostKeys, isLoopback } from "./addresses.ts";
import { cron, cronOr, expected, isGlob, mapOf, section, span, text, url } from "./forms.ts";
import type { SecretSchema } from "./secrets.ts";
import { zone } from "./updates.ts";

const CRON = 'five cron fields in quotes, such as "0 4 * * *"';
const schedule = cronOr('five cron fields in quotes, such as "30 3 * * *", or off', "off");

const rule = section({ schedule: schedule.exactOptional() }).transform(
  (written): BackupRule => written,
);

const most = expected("a whole number of backups, from 1 to 10");

const PING = "an https address, or an http one of this machine";

/** Whoever is between could ping in moot's place. */
const ping = url(PING, "https:", "http:").refine(
  (written) => written.startsWith("https:") || isHere(new URL(written).hostname),
  expected(PING),
);

function isHere(hostname: string): boolean {
  return (
    hostname === "localhost" ||
    isLoopback({ host: hostname.replace(/^\[(.*)\]$/, "$1"), port: 443 })
  );
}

const KINDS =
  "/srv/moot, sftp:moot@vault.example.coop:/moot or rest:https://vault.example.coop/moot";

export function backupsSchema(secret: SecretSchema) {
  const access = {
    url: text(`a repository as restic writes it, without a password: ${KINDS}`, REPOSITORY),
    key: secret.exactOptional(),
    hostKey: hostKeys.exactOptional(),
    login: section({ user: text("the name to log in with"), password: secret }).exactOptional(),
  };
  const own = section(access).check(({ value, issues }) => {
    issues.push(...accessIssues(value));
  });
  const repository = section({
    ...access,
    password: secret,
    own: own.exactOptional(),
  }).check(({ value, issues }) => {
    issues.push(...accessIssues(value));
  });
  const self = section({
    ...access,
    password: secret,
    schedule: cronOr(CRON).default("0 4 * * *"),
  }).check(({ value, issues }) => {
    issues.push(...accessIssues(value));
  });
  return section({
    image: text("an image by its digest, …@sha256:…", /^\S+@sha256:[0-9a-f]{64}$/),
    schedule: schedule.default("30 3 * * *"),
    zone: zone.exactOptional(),
    atOnce: z.int(most).min(1, most).max(10, most).default(1),
    servers: mapOf(isGlob, rule, "server names, where * stands for anything").prefault({}),
    apps: mapOf(isGlob, rule, "domains, where * stands for anything").prefault({}),
    ping: ping.exactOptional(),
    keep: section({
      within: span.default("7d"),
      withinWeekly: span.default("5w"),
      withinMonthly: span.default("12m"),
    }).prefault({}),
    drill: drill.exactOptional(),
    repositories: mapOf(isServerName, repository, "server names, as under servers").prefault({}),
    self: self.exactOptional(),
  });
}

const drill = section({
  schedule: cron.default("0 5 * * 0"),
  server: text("a server's name, as under servers")
    .refine(isServerName, expected("a server's name, as under servers"))
    .exactOptional(),
});

/** A password would stand in the config itself. */
const REPOSITORY = /^(?:\/\S*|sftp:\S+|rest:https?:\/\/[^\s@]+)$/;

interface Access {
  readonly url: string;
  readonly key?: unknown;
  readonly hostKey?: unknown;
  readonly login?: unknown;
}

/** Without a pinned host key anybody between could take the server's place. */
function accessIssues({ url, key, hostKey, login }: Access): z.core.$ZodRawIssue[] {
  const isSftp = url.startsWith("sftp:");
  const wanted = isSftp && (key === undefined || hostKey === undefined);
  const odd =
    (!isSftp && (key !== undefined || hostKey !== undefined)) ||
    (login !== undefined && !url.startsWith("rest:"));
  const say = (message: string): z.core.$ZodRawIssue => ({ code: "custom", input: url, message });
  return [
    ...(wanted ? [say("expected key and hostKey beside an sftp: repository")] : []),
    ...(odd ? [say("key and hostKey belong to an sftp: repository, login to a rest: one")] : []),
  ];
}
