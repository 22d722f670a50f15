// The labels of backup-bot, both generations, as recipes really write them, and what is odd in them.
import { describe, expect, test } from "vitest";
import { readBackupLabels } from "../../src/core/backup-labels.ts";
import type { ServiceState } from "../../src/core/state.ts";
import { plainService } from "../fakes/composer.ts";

const STACK = "wiki";

function service(
  name: string,
  labels: Readonly<Record<string, string>>,
  mounts: Readonly<Record<string, string>> = {},
): ServiceState {
  const volumes = Object.values(mounts);
  const template = {
    mounts: Object.fromEntries(
      Object.entries(mounts).map(([target, source]) => [target, { type: "volume", source }]),
    ),
  };
  return plainService(name, "image:1", { labels, volumes, template });
}

const read = (...services: readonly ServiceState[]): ReturnType<typeof readBackupLabels> =>
  readBackupLabels(STACK, services);

const DB = { "/var/lib/postgresql/data": "wiki_db-data" };

describe("the second generation", () => {
  test("a dump by a hook, that alone is saved of its volume", () => {
    const found = read(
      service("app", { "backupbot.backup": "true" }, { "/srv": "wiki_files" }),
      service(
        "db",
        {
          "backupbot.backup.pre-hook": "/pg_backup.sh backup",
          "backupbot.backup.volumes.db-data.path": "backup.sql",
          "backupbot.restore.post-hook": "/pg_backup.sh restore",
        },
        DB,
      ),
    );
    expect(found).toEqual({
      wish: "backup",
      hooks: [
        { service: "db", when: "backup-pre", command: "/pg_backup.sh backup" },
        { service: "db", when: "restore-post", command: "/pg_backup.sh restore" },
      ],
      excluded: [],
      paths: new Map([["wiki_db-data", ["backup.sql"]]]),
      oddities: [],
    });
  });

  test("a volume that is left out, by its short name or its whole one", () => {
    const mounts = { "/cache": "wiki_cache", "/tmp": "wiki_tmp" };
    const labels = {
      "backupbot.backup": "true",
      "backupbot.backup.volumes.cache": "false",
      "backupbot.backup.volumes.wiki_tmp": "false",
    };
    expect(read(service("app", labels, mounts)).excluded).toEqual(["wiki_cache", "wiki_tmp"]);
  });

  test("paths of several services add up, and the root is the whole volume", () => {
    const mounts = { "/data": "wiki_data" };
    const path = "backupbot.backup.volumes.data.path";
    const both = [
      service("a", { [path]: "x, y/z" }, mounts),
      service("b", { [path]: "w" }, mounts),
    ];
    expect(read(...both).paths).toEqual(new Map([["wiki_data", ["w", "x", "y/z"]]]));
    expect(read(...both, service("c", { [path]: "./" }, mounts)).paths).toEqual(new Map());
  });
});

describe("the first generation", () => {
  test("its path is found in the volume that is mounted closest above it", () => {
    const mounts = { "/var/www": "wiki_www", "/var/www/data": "wiki_data" };
    const labels = {
      "backupbot.backup": "true",
      "backupbot.backup.path": "/var/www/data/dump,/var/www",
    };
    const found = read(service("app", labels, mounts));
    expect(found.paths).toEqual(new Map([["wiki_data", ["dump"]]]));
    expect(found.oddities).toEqual([]);
  });

  test("a path in no volume has all of the service's volumes saved, and is told", () => {
    const labels = { "backupbot.backup": "true", "backupbot.backup.path": "/tmp/dump.sql" };
    const found = read(service("db", labels, DB));
    expect(found.paths).toEqual(new Map());
    expect(found.oddities).toEqual([
      { kind: "path-outside", service: "db", path: "/tmp/dump.sql" },
    ]);
  });

  test("its command is a pre-hook where there is none", () => {
    const command = { "backupbot.backup.command": "dump.sh" };
    expect(read(service("db", command)).hooks).toEqual([
      { service: "db", when: "backup-pre", command: "dump.sh" },
    ]);
    const hook = { "backupbot.backup.pre-hook": "better.sh" };
    expect(read(service("db", { ...command, ...hook })).hooks).toEqual([
      { service: "db", when: "backup-pre", command: "better.sh" },
    ]);
    expect(read(service("db", command)).oddities).toEqual([{ kind: "old-command", service: "db" }]);
  });
});

describe("whether an app is to be backed up", () => {
  test.each([
    [undefined, "none"],
    ["", "none"],
    ["true", "backup"],
    ["1", "backup"],
    ["false", "no-backup"],
    ["No", "no-backup"],
    ["perhaps", "backup"],
  ] as const)("%s is %s", (value, wish) => {
    const labels = value === undefined ? {} : { "backupbot.backup": value };
    expect(read(service("app", labels)).wish).toBe(wish);
  });
});

describe("what is odd is told", () => {
  const mounts = { "/data": "wiki_data" };
  test.each([
    [
      { "backupbot.backup": "perhaps" },
      { kind: "unclear-value", service: "app", label: "backupbot.backup", value: "perhaps" },
    ],
    [
      { "backupbot.backup.prehook": "x" },
      { kind: "unknown-label", service: "app", label: "backupbot.backup.prehook" },
    ],
    [
      { "backupbot.backup.volumes.dat": "false" },
      { kind: "unknown-volume", service: "app", volume: "dat" },
    ],
    [
      { "backupbot.backup.volumes.data": "maybe" },
      {
        kind: "unclear-value",
        service: "app",
        label: "backupbot.backup.volumes.data",
        value: "maybe",
      },
    ],
    [
      { "backupbot.backup.volumes.data.path": "../etc" },
      { kind: "bad-path", service: "app", volume: "wiki_data", path: "../etc" },
    ],
    [
      { "backupbot.backup.volumes.data.path": "/etc" },
      { kind: "bad-path", service: "app", volume: "wiki_data", path: "/etc" },
    ],
  ] as const)("%o", (labels, oddity) => {
    const found = read(service("app", labels, mounts));
    expect(found.oddities).toEqual([oddity]);
    expect(found.excluded).toEqual([]);
    expect(found.paths).toEqual(new Map());
  });

  test("several services that ask for it, and one that leaves out what another narrows down", () => {
    const label = "backupbot.backup.volumes.data";
    const found = read(
      service("app", { "backupbot.backup": "true", [label]: "false" }, mounts),
      service("db", { "backupbot.backup": "true", [`${label}.path`]: "dump" }),
    );
    expect(found.oddities).toEqual([
      { kind: "several-services", services: ["app", "db"] },
      { kind: "volume-disputed", volume: "wiki_data" },
    ]);
    expect(found.excluded).toEqual(["wiki_data"]);
  });

  test("labels on the container, where deploy was forgotten", () => {
    const app = plainService("app", "image:1", {
      template: { container_labels: { "backupbot.backup": "true" } },
    });
    expect(read(app)).toMatchObject({
      wish: "none",
      oddities: [{ kind: "container-label", service: "app" }],
    });
  });
});
