// !backup: what the labels name is saved with all the app needs to live again, and judged.
import { describe, expect, test, vi } from "vitest";
import { APP_FILES } from "../../src/core/vault.ts";
import { makeFastClock } from "../fakes/fast-clock.ts";
import {
  ALPHA,
  ANA,
  DATA,
  ended,
  hooksRun,
  MEDIA,
  openStrongroom,
  running,
  savedFile,
  SECRET,
  settled,
  STACK,
  VERSION,
  WIKI,
} from "./strongroom.ts";

describe("!backup", () => {
  test("saves what the labels name, between the hooks, on the asker's own word", async () => {
    await using room = await settled();
    const { state, plan, ending } = await ended(room, `!backup ${WIKI}`);
    expect(ending?.problem).toBeUndefined();
    expect(state).toBe("succeeded");
    expect(plan.tier).toBe("routine");
    expect(plan.steps.map(({ kind }) => kind)).toEqual([
      "settle",
      "run-hook",
      "save",
      "run-hook",
      "judge-backup",
    ]);
    expect(hooksRun(room)).toEqual(["db: /pg_backup.sh backup", "db: rm -f /tmp/lock"]);
    expect(room.vault.loads.map(({ volumes }) => volumes)).toEqual([
      [{ name: DATA, paths: ["backup.sql"] }, { name: MEDIA }],
    ]);
    const told = await room.desk.chat.waitFor("backup succeeded");
    expect(told.body).toContain("Saved (00000001)");
    expect(told.body).toContain(
      `backup.sql of ${DATA} (40 kB), ${MEDIA} (200 kB), env file and 1 secret`,
    );
    expect(told.body).not.toContain("Nothing had to change");
  });

  test("tells in its thread how far it is", async () => {
    await using room = await settled({ world: { clock: makeFastClock() } });
    const { vault, desk } = room;
    const save = vault.save.bind(vault);
    const free = Promise.withResolvers<undefined>();
    const begun = Promise.withResolvers<Parameters<typeof save>[1]>();
    vault.save = async (...given) => {
      begun.resolve(given[1]);
      await free.promise;
      return save(...given);
    };
    const command = desk.chat.say(ANA, `!backup ${WIKI}`);
    const tell = await begun.promise;
    const words = "From node node: 10 kB of 242 kB in 1 file.";
    const told = await vi.waitFor(
      () => {
        // It is told at most once in ten seconds, and at the next word after them.
        tell({ done: 10_000, total: 242_000, files: 1 });
        const found = desk.chat.seen().find(({ body }) => body.includes(words));
        if (found === undefined) throw new Error("it is not told yet");
        return found;
      },
      { timeout: 20_000, interval: 250 },
    );
    expect(told.thread).toBe(command);
    free.resolve(undefined);
    await desk.chat.waitFor("backup succeeded");
  });

  test("takes with it what came up last, and not what a failed deployment wrote", async () => {
    await using room = await settled();
    const { deployments } = room.desk.ledger;
    const [good] = deployments.good(WIKI, 1);
    if (good === undefined) throw new Error("it does not run");
    vi.spyOn(deployments, "latest").mockReturnValue({ ...good, job: 2, compose: "failed" });
    await ended(room, `!backup ${WIKI}`);
    expect(savedFile(room, "compose.yml")).toBe(good.compose);
  });

  test("takes with it what the app needs to live again without its server", async () => {
    await using room = await settled();
    room.host.secrets.set(SECRET, "open sesame");
    await ended(room, `!backup ${WIKI}`);
    const { vault, apps, desk } = room;
    expect(savedFile(room, "env")).toBe((await apps.find(WIKI))?.text);
    expect(savedFile(room, `secrets/${SECRET}`)).toBe("open sesame");
    expect(JSON.parse(savedFile(room, "manifest.json") ?? "")).toMatchObject({
      app: WIKI,
      server: ALPHA,
      stack: STACK,
      recipe: "wiki",
      version: VERSION,
      secrets: [SECRET],
      hooks: [{ service: "db", when: "restore-post", command: "/pg_backup.sh restore" }],
    });
    expect(savedFile(room, "compose.yml")).toContain(STACK);
    expect(vault.loads[0]).toMatchObject({
      host: `${WIKI}@node`,
      tags: ["moot", `app:${WIKI}`, "job:2"],
    });
    expect(vault.loads[0]?.files.every(({ path }) => path.startsWith(APP_FILES))).toBe(true);
    const kept = JSON.stringify([
      desk.ledger.jobs.get(2),
      desk.ledger.jobs.journal(2),
      desk.ledger.audit.recent(99),
      desk.ledger.backups.of(WIKI, 9),
      desk.chat.seen(),
      desk.log.text(),
    ]);
    expect(kept).not.toContain("open sesame");
  });

  test("is written down with its verdict, and linked to the deployment that ran", async () => {
    await using room = await settled();
    const { id } = await ended(room, `!backup ${WIKI}`);
    const { ledger } = room.desk;
    expect(ledger.backups.of(WIKI, 9)).toMatchObject([
      {
        job: id,
        app: WIKI,
        server: ALPHA,
        version: VERSION,
        by: ANA,
        cause: "backup",
        faults: [],
        deployment: 1,
        secrets: 1,
      },
    ]);
    const [entry] = ledger.audit.recent(99).filter(({ what }) => what === "backup");
    expect(entry).toMatchObject({ who: ANA, on: WIKI, detail: { job: id, good: true } });
  });

  test("stops a service meanwhile where that is asked, and starts it again", async () => {
    await using room = await settled();
    const seen: (readonly number[])[] = [];
    room.vault.saving = async () => void seen.push(await running(room, "db"));
    const { state, plan } = await ended(room, `!backup ${WIKI} --stop db`);
    expect(state).toBe("succeeded");
    expect(plan.tier).toBe("change");
    expect(plan.warnings).toContainEqual({ kind: "away-while-saved", services: ["db"] });
    expect(seen).toEqual([[0, 0]]);
    expect(await running(room, "db")).toEqual([1, 1]);
    expect(hooksRun(room)).toEqual(["db: /pg_backup.sh backup", "db: rm -f /tmp/lock"]);
    expect(JSON.stringify(await room.host.fleet(new AbortController().signal))).not.toContain(
      "moot.paused",
    );
  });

  test("of an app that is down takes its volumes whole, as they lie, and runs no hook", async () => {
    await using room = await settled();
    await ended(room, `!undeploy ${WIKI} --no-backup`);
    const { state, plan } = await ended(room, `!backup ${WIKI}`);
    expect(state).toBe("succeeded");
    expect(plan.warnings).toContainEqual({ kind: "backup", oddity: { kind: "at-rest" } });
    expect(room.vault.loads[0]?.volumes).toEqual([{ name: DATA }, { name: MEDIA }]);
    expect(savedFile(room, `secrets/${SECRET}`)).toBe("made-for-a-test");
    expect(hooksRun(room)).toEqual([]);
  });

  test("of an app on two nodes makes a snapshot on each", async () => {
    await using room = await settled();
    const worker = { name: "worker", role: "worker", isUp: true, availability: "active" } as const;
    room.host.nodes = [...room.host.nodes, worker];
    room.host.move(STACK, "db", "worker");
    room.host.holdings.volumes = room.host.holdings.volumes.filter(
      ({ name, node }) => name !== DATA || node === "worker",
    );
    const { state } = await ended(room, `!backup ${WIKI}`);
    expect(state).toBe("succeeded");
    expect(
      room.vault.loads.map((load) => [load.node, load.volumes.map(({ name }) => name)]),
    ).toEqual([
      ["node", [MEDIA]],
      ["worker", [DATA]],
    ]);
    await room.desk.chat.waitFor("Saved in 2 snapshots (00000001 and 00000002)");
  });
});

describe("!backup is refused", () => {
  test("where the server has no repository", async () => {
    await using room = await settled({ hasRepository: false });
    room.desk.chat.say(ANA, `!backup ${WIKI}`);
    await room.desk.chat.waitFor("repositories");
  });

  test("where the recipe names nothing, with the way to do it all the same", async () => {
    await using room = await settled({ labels: {} });
    room.desk.chat.say(ANA, `!backup ${WIKI}`);
    const answer = await room.desk.chat.waitFor("its recipe does not say what to back up");
    expect(answer.body).toContain(`!backup ${WIKI} --all`);
    expect(room.vault.loads).toEqual([]);
    const { state, plan } = await ended(room, `!backup ${WIKI} --all`);
    expect(state).toBe("succeeded");
    expect(plan.warnings).toContainEqual({
      kind: "backup",
      oddity: { kind: "as-it-runs", services: ["app", "db"] },
    });
    expect(room.vault.loads[0]?.volumes).toEqual([{ name: DATA }, { name: MEDIA }]);
  });

  test("in the middle of an update", async () => {
    await using room = await settled();
    const { host, desk } = room;
    const sight = host.sight.bind(host);
    vi.spyOn(host, "sight").mockImplementation(async (...asked) => {
      const seen = await sight(...asked);
      const update = { state: "updating", message: "update in progress", startedAt: 0 };
      return { ...seen, services: seen.services.map((one) => ({ ...one, update })) };
    });
    desk.chat.say(ANA, `!backup ${WIKI}`);
    const answer = await desk.chat.waitFor("is in the middle of an update (app, db and cache)");
    expect(answer.body).toContain(`!ps ${WIKI}`);
    expect(room.vault.loads).toEqual([]);
  });

  test("for a service to be stopped that the app has not", async () => {
    await using room = await settled();
    room.desk.chat.say(ANA, `!backup ${WIKI} --stop nobody`);
    await room.desk.chat.waitFor("has no service nobody");
  });

  test("for an app that nobody knows", async () => {
    await using room = openStrongroom();
    room.desk.chat.say(ANA, `!backup ${WIKI}`);
    await room.desk.chat.waitFor("There is no app");
  });
});
