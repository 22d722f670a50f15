// !rollback --with-data: the version before and the backup that was taken before the step away from it, or nothing.
import { describe, expect, test } from "vitest";
import { FakeComposer, plainService } from "../fakes/composer.ts";
import { expectWhole } from "./dying.ts";
import {
  answered,
  DATA,
  ended,
  failing,
  held,
  hooksRun,
  MEDIA,
  NEWER,
  put,
  running,
  settled,
  signal,
  STACK,
  VERSION,
  WHOLE,
  WIKI,
  type Strongroom,
  type StrongroomOptions,
} from "./strongroom.ts";

async function release({ host }: Strongroom): Promise<string | undefined> {
  const { live } = await host.inspect(STACK, signal);
  return live?.services.find(({ name }) => name === "app")?.env["RELEASE"];
}

/** Upgraded, with the backup before it, and used since. */
async function upgraded(options: StrongroomOptions = {}): Promise<Strongroom> {
  const room = await settled(options);
  await ended(room, `!upgrade ${WIKI} --to ${NEWER}`);
  room.host.executed.length = 0;
  put(room, DATA, "pg_wal/1", 10);
  put(room, DATA, "backup.sql", 77);
  put(room, MEDIA, "dog.png", 5_000);
  return room;
}

describe("!rollback --with-data", () => {
  test("goes back to the version before with its data, in one plan that is a danger", async () => {
    await using room = await upgraded();
    const { state, plan, ending } = await ended(room, `!rollback ${WIKI} --with-data`);
    expect(ending?.problem).toBeUndefined();
    expect(state).toBe("succeeded");
    expect(plan.tier).toBe("danger");
    expect(plan.version).toMatchObject({ from: NEWER, to: VERSION });
    expect(plan.steps.map(({ kind }) => kind)).toEqual([
      "pause-service",
      "pause-service",
      "pause-service",
      "save",
      "judge-backup",
      "restore-volumes",
      "write-env",
      "deploy-stack",
      "watch",
      "restore-volumes",
      "run-hook",
      "watch",
      "record-version",
      "probe",
    ]);
    expect(plan.warnings).not.toContainEqual({ kind: "data-stay" });
    expect(await release(room)).toBe("1");
    // The dump alone: what the newer version wrote is not there for the older one to stumble over.
    expect(held(room, DATA)).toEqual({ "backup.sql": 40_000 });
    expect(held(room, MEDIA)).toEqual({ "cat.png": 200_000 });
    expect(hooksRun(room)).toEqual(["db: /pg_backup.sh restore"]);
    await expectWhole(room);
    expect(JSON.stringify(room.desk.chat.seen())).toContain("a step back, with its data");
  });

  test("puts back the paths that were saved, and leaves what else is in that volume", async () => {
    const labels = { "backupbot.backup": "true", "backupbot.backup.volumes.media.path": "cat.png" };
    await using room = await upgraded({ labels });
    put(room, MEDIA, "cat.png", 5);
    const { state, ending } = await ended(room, `!rollback ${WIKI} --with-data`);
    expect(ending?.problem).toBeUndefined();
    expect(state).toBe("succeeded");
    expect(held(room, MEDIA)).toEqual({ "cat.png": 200_000, "dog.png": 5_000 });
    expect(held(room, DATA)).toEqual(WHOLE);
  });

  test("that fails brings version and data back together", async () => {
    await using room = await upgraded();
    room.host.program = failing;
    const { state } = await ended(room, `!rollback ${WIKI} --with-data`);
    expect(state).toBe("failed");
    expect(await release(room)).toBe("2");
    expect(held(room, DATA)).toEqual({ "backup.sql": 77, "pg_wal/1": 10 });
    expect(held(room, MEDIA)).toEqual({ "cat.png": 200_000, "dog.png": 5_000 });
    await expectWhole(room);
    await room.desk.chat.waitFor("put back from the safety snapshot");
  });

  test("that fails stops the services that only the older version has, too", async () => {
    const image = "registry.example/moot/app:1.0.0";
    const labels = { "backupbot.backup": "true", "backupbot.restore.post-hook": "load" };
    const composer = new FakeComposer(({ env, stack }) => {
      const volumes = [`${stack}_media`];
      const [older, newer] = [
        plainService("indexer", image, { volumes }),
        plainService("queue", image),
      ];
      return {
        services: [
          plainService("app", image, { env: { RELEASE: env["RELEASE"] ?? "" }, labels, volumes }),
          plainService("db", image, { volumes: [`${stack}_data`] }),
          env["RELEASE"] === "1" ? older : newer,
        ],
      };
    });
    await using room = await upgraded({ world: { composer } });
    room.host.program = failing;
    const seen: (readonly number[])[] = [];
    const restore = room.vault.restore.bind(room.vault);
    room.vault.restore = async (...restoring) => {
      seen.push(await running(room, "indexer"));
      return restore(...restoring);
    };
    const { state } = await ended(room, `!rollback ${WIKI} --with-data`);
    expect(state).toBe("failed");
    // Before the step it was not there; while its data return it is stopped.
    expect(seen).toEqual([
      [-1, -1],
      [0, 0],
    ]);
    await room.desk.chat.waitFor("put back from the safety snapshot");
    expect(held(room, MEDIA)).toEqual({ "cat.png": 200_000, "dog.png": 5_000 });
    expect(await running(room, "queue")).toEqual([1, 1]);
    expect(await running(room, "indexer")).toEqual([-1, -1]);
  });

  test("is refused where nothing was deployed before", async () => {
    await using room = await settled();
    await answered(room, `!rollback ${WIKI} --with-data`, "lower version");
  });

  test("is refused where no backup that counts was taken before the step", async () => {
    await using room = await settled();
    // One while the version before ran, and one after the step: neither is of the moment before it.
    await ended(room, `!backup ${WIKI}`);
    await ended(room, `!upgrade ${WIKI} --to ${NEWER} --no-backup`);
    await ended(room, `!backup ${WIKI}`);
    const typed = `!rollback ${WIKI} --with-data`;
    const body = await answered(room, typed, "There is no pair of version and data");
    expect(body).toContain("no backup that counts was taken before the step");
    expect(body).toContain(`!rollback ${WIKI}`);
    expect(await release(room)).toBe("2");
  });

  test("takes no version beside", async () => {
    await using room = await upgraded();
    await answered(room, `!rollback ${WIKI} --with-data --to ${VERSION}`, "leave --to out");
  });
});
