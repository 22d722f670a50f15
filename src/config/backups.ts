// What a config may say of backups: where each server's go, and how both sides get in.
import type { z } from "zod";
import { isServerName } from "../core/ids.ts";
import { hostKeys } from "./addresses.ts";
import { cron, expected, mapOf, section, span, text } from "./forms.ts";
import type { SecretSchema } from "./secrets.ts";

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
  return section({
    image: text("an image by its digest, …@sha256:…", /^\S+@sha256:[0-9a-f]{64}$/),
    schedule: cron.default("30 3 * * *"),
    keep: section({
      within: span.default("7d"),
      withinWeekly: span.default("5w"),
      withinMonthly: span.default("12m"),
    }).prefault({}),
    drill: drill.exactOptional(),
    repositories: mapOf(isServerName, repository, "server names, as under servers").prefault({}),
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
