// A plan with every kind of thing in it, events and letters, for the tests of what is kept.
import type { Inbound, Outgoing } from "../../src/core/chat.ts";
import { text } from "../../src/core/doc.ts";
import {
  isAppName,
  isEventId,
  isRecipeName,
  isRoomId,
  isServerName,
  isStackName,
  isUserId,
  type AppName,
  type EventId,
} from "../../src/core/ids.ts";
import type { NewJob } from "../../src/core/ledger.ts";
import type { Plan } from "../../src/core/plan.ts";
import type { StackState } from "../../src/core/state.ts";
import { named } from "../named.ts";
import { RESTORE_MATTERS } from "./restore-samples.ts";

export const ana = named(isUserId, "@ana:example.coop");
export const bea = named(isUserId, "@bea:example.coop");
export const ops = named(isRoomId, "!ops:example.coop");
const alpha = named(isServerName, "alpha.example.coop");
export const wiki = named(isAppName, "wiki.example.coop");
const stack = named(isStackName, "wiki_example_coop");

export function eventNamed(name: string): EventId {
  return named(isEventId, `$${name}`);
}

export function typed(name: string, body = "!help"): Inbound {
  return { kind: "message", room: ops, event: eventNamed(name), sender: ana, at: 1, body };
}

export function said(line: string): Outgoing {
  return { kind: "message", room: ops, doc: [text(line)], rings: [] };
}

const desired: StackState = {
  stack,
  services: [
    {
      name: "app",
      image: "wiki:2",
      digest: "sha256:00",
      env: { A: "1" },
      labels: { b: "2" },
      secrets: ["s"],
      configs: ["c"],
      volumes: ["v"],
      binds: ["/srv"],
      networks: ["n"],
      replicas: "global",
      template: { command: ["a", { deep: [null, 1.5, true] }] },
      endpoint: {},
      outer: { order: "start-first" },
    },
  ],
  configs: [{ name: "c", sha256: "00" }],
};

const hook = { service: "db", when: "backup-pre", command: "dump.sh" } as const;

export const plan: Plan = {
  act: "upgrade",
  app: wiki,
  server: alpha,
  recipe: named(isRecipeName, "wiki"),
  isNew: false,
  version: { from: "1.0.0+1", to: "2.0.0+2", step: "major" },
  services: [
    {
      service: "app",
      fate: "restarts",
      changes: [
        { what: "image", from: "wiki:1", to: "wiki:2" },
        { what: "env", key: "A", to: "1" },
        { what: "label", key: "b", from: "1", to: "2" },
        { what: "replicas", from: "1", to: "2" },
        { what: "secret", added: ["s"], removed: [] },
        { what: "setting", path: "healthcheck.interval", from: "1s" },
      ],
    },
  ],
  secretsToMake: ["s"],
  notes: [{ version: "2.0.0+2", text: "Read this." }],
  newKeys: [
    { key: "C", value: "c", comment: "what it is for" },
    { key: "D", value: "" },
  ],
  losses: [{ what: "volume", name: "v", bytes: 1024, node: "worker" }],
  warnings: [
    { kind: "unset-variable", names: ["B"] },
    { kind: "missing-from-env", keys: ["C"] },
    { kind: "dns", domain: "wiki.example.coop", found: [], server: ["192.0.2.1"] },
    { kind: "ignored-key", service: "app", key: "restart" },
    { kind: "unpinned-image", service: "app", image: "wiki:2", why: "unreachable" },
    { kind: "sqlite-start-first", service: "app" },
    { kind: "unknown-charset", secret: "s", charset: "emoji" },
    { kind: "data-stay" },
    { kind: "unknown-key", key: "LOGLEVEL", nearest: "LOG_LEVEL" },
    { kind: "keys-unchecked", why: "no answer" },
    { kind: "key-twice", key: "A", lines: [1, 3] },
    { kind: "compose-files", added: ["compose.smtp.yml"], removed: [] },
    { kind: "database-keeps", secret: "db_password", services: ["db"] },
    { kind: "rotates-also", secrets: ["token"] },
    { kind: "must-insert", secret: "smtp_password" },
    { kind: "secret-wanted", secret: "s" },
    { kind: "stack-renamed", from: "wiki", to: "wiki2" },
    { kind: "value-lost", key: "SMTP_PASSWORD" },
    { kind: "return-differs", services: ["app"] },
    { kind: "away-briefly", services: ["app"] },
    { kind: "carries-room", stack, server: alpha },
    { kind: "away-while-saved", services: ["db"] },
    { kind: "no-backup-first", why: "misplaced" },
    { kind: "backup", oddity: { kind: "several-services", services: ["app", "db"] } },
    { kind: "backup", oddity: { kind: "container-label", service: "db" } },
    { kind: "backup", oddity: { kind: "unknown-label", service: "db", label: "backupbot.x" } },
    { kind: "backup", oddity: { kind: "unknown-volume", service: "db", volume: "dat" } },
    { kind: "backup", oddity: { kind: "path-outside", service: "db", path: "/tmp/x" } },
    { kind: "backup", oddity: { kind: "old-command", service: "db" } },
    { kind: "backup", oddity: { kind: "volume-disputed", volume: "v" } },
    { kind: "backup", oddity: { kind: "foreign-volume", service: "db", volume: "w" } },
    { kind: "backup", oddity: { kind: "host-path", service: "db", path: "/srv" } },
    { kind: "backup", oddity: { kind: "left-volume", volume: "v", nodes: ["worker"] } },
    { kind: "backup", oddity: { kind: "as-it-runs", services: ["db"] } },
    { kind: "backup", oddity: { kind: "secrets-unread", secrets: ["s"] } },
    { kind: "backup", oddity: { kind: "at-rest" } },
    ...RESTORE_MATTERS.map((matter) => ({ kind: "restore", matter }) as const),
  ],
  dangers: [
    { kind: "major-step", from: "1.0.0+1", to: "2.0.0+2" },
    { kind: "chaos", commit: "abc" },
    { kind: "outside-catalogue", recipe: "wiki" },
    { kind: "no-return", why: "it carries no version" },
    { kind: "move", from: alpha, to: alpha, volumes: 1, bytes: 1024 },
    { kind: "tag-moved", version: "2.0.0+2", from: "aaaa", to: "bbbb" },
    { kind: "post-commands", key: "POST_DEPLOY_CMDS" },
    { kind: "takes-down", services: ["app"] },
    { kind: "without-backup" },
    { kind: "beside", app: "wiki.example.coop", snapshots: ["abc"], at: 5 },
    { kind: "rebuilds", snapshots: ["abc"], at: 5 },
    { kind: "rebuilds", from: { server: alpha, isSilent: true }, snapshots: ["abc"], at: 5 },
    {
      kind: "overwrites",
      volumes: [{ name: "v", paths: ["backup.sql"] }, { name: "w" }],
      snapshots: ["abc"],
      at: 5,
    },
    { kind: "destroys", volumes: 1, secrets: 2 },
    { kind: "runs-function", service: "app", function: "set_admin" },
    { kind: "host-path", service: "app", path: "/srv" },
    { kind: "docker-socket", service: "app" },
    { kind: "secret-replaced", secret: "db_password" },
    { kind: "secret-removed", secret: "s" },
    { kind: "secret-inserted", secret: "s" },
    { kind: "open-router", service: "app", rule: "PathPrefix(`/`)" },
    { kind: "host-network", service: "app" },
    { kind: "capabilities", service: "app", added: ["NET_ADMIN"] },
  ],
  tier: "danger",
  scope: { server: alpha, app: wiki, stack, secrets: ["s"], volumes: ["v"], hosts: [wiki] },
  steps: [
    { kind: "pull", service: "app", image: "wiki:2" },
    { kind: "write-env", path: "/a.env", text: "A=1\n", before: "A=0\n" },
    { kind: "create-secret", name: "s", make: { kind: "passphrase", words: 6 } },
    { kind: "create-secret", name: "t", make: { kind: "random", length: 32, alphabet: "ab" } },
    { kind: "insert-secret", name: "u", trim: true },
    { kind: "remove-secrets", names: ["s"] },
    { kind: "deploy-stack", stack, compose: "services: {}\n", desired, env: "A=1\n" },
    { kind: "watch", stack, services: ["app"], seconds: 60 },
    { kind: "remove-services", stack, services: ["old"] },
    { kind: "remove-stack", stack },
    { kind: "destroy", what: "volume", names: ["v"] },
    { kind: "remove-env", path: "/a.env", before: "A=1\n" },
    { kind: "restart", stack, counters: { app: 3 } },
    {
      kind: "run-function",
      stack,
      service: "app",
      function: "set_admin",
      args: ["ana"],
      script: "set_admin() { true; }\n",
      seconds: 300,
    },
    { kind: "record-version", version: "2.0.0+2" },
    { kind: "probe", domain: "wiki.example.coop" },
    { kind: "watch", stack, server: alpha, services: ["app"], seconds: 60 },
    { kind: "carry-secrets", from: alpha, names: ["s"], image: "wiki:2" },
    { kind: "carry-volume", from: alpha, volume: "v", stack, image: "wiki:2" },
    { kind: "move-env", from: "/a.env", to: "/b.env", text: "A=1\n" },
    { kind: "move-env", from: "/a.env", to: "/b.env", text: "A=1\n", before: "A=2\n" },
    { kind: "commit", path: "/a.env", message: "!deploy wiki.example.coop" },
    { kind: "settle", stack, services: ["app"], seconds: 60 },
    { kind: "run-hook", stack, hook, seconds: 60 },
    { kind: "pause-service", stack, service: "db", replicas: 2 },
    {
      kind: "save",
      stack,
      server: alpha,
      node: "worker",
      volumes: [{ name: "v", paths: ["backup.sql"] }, { name: "w" }],
      secrets: [{ image: "wiki:2", names: ["s"] }],
      recipe: named(isRecipeName, "wiki"),
      version: "1.0.0+1",
      hooks: [hook],
    },
    { kind: "resume-service", stack, service: "db", seconds: 60 },
    { kind: "judge-backup", stack, isSmallRight: true },
    {
      kind: "restore-volumes",
      stack,
      server: alpha,
      repository: alpha,
      snapshot: "abc",
      node: "worker",
      volumes: [
        { from: "v", to: "u", isEmptied: true, paths: ["backup.sql"] },
        { from: "w", to: "w", isEmptied: true, isLeftEmpty: true },
      ],
    },
    { kind: "undo-restore", stack, services: [{ service: "db", replicas: 1 }] },
    { kind: "place-secret", name: "t", from: "s", repository: alpha, snapshot: "abc" },
  ],
  release: { from: 22, until: 25, steps: [{ kind: "abandon-save", stack }] },
  back: {
    version: "1.0.0+1",
    from: 4,
    until: 5,
    steps: [{ kind: "record-version", version: "1.0.0+1" }],
  },
  revision: { app: 7 },
  hash: "00",
};

export function asked(command: string, app: AppName = wiki): NewJob {
  const event = eventNamed(command);
  return { app, server: alpha, room: ops, command: event, by: ana, verb: "deploy", plan };
}
