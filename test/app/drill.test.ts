// !drill: the newest backup is tried in a stack of its own, and all of that is gone afterwards, however it went.
import { describe, expect, test, vi } from "vitest";
import { isServerName } from "../../src/core/ids.ts";
import { COMPOSE_FILE } from "../../src/core/manifest.ts";
import { named } from "../named.ts";
import { backedUp, leftOf, SCRATCH } from "./proving-ground.ts";
import {
  ALPHA,
  ANA,
  answered,
  DATA,
  ended,
  failing,
  put,
  settled,
  STACK,
  stopped,
  WIKI,
  type Strongroom,
} from "./strongroom.ts";

/** What each volume of the scratch stack held when its app was asked how it is, and whose hooks had run. */
function watchProof(room: Strongroom) {
  const seen: { volumes: Record<string, readonly string[]>; hooks: readonly string[] } = {
    volumes: {},
    hooks: [],
  };
  room.host.program = async ({ stack, exec: { argv } }) => {
    if (stack === SCRATCH && argv[0] === "check") {
      const own = [...room.vault.volumes].filter(([name]) => name.startsWith(SCRATCH));
      seen.volumes = Object.fromEntries(own.map(([name, files]) => [name, [...files.keys()]]));
      seen.hooks = room.host.executed.map((one) => `${one.stack}: ${one.exec.argv[4] ?? "check"}`);
    }
    return { exitCode: 0, output: "" };
  };
  return seen;
}

describe("a drill that goes well", () => {
  test("fills volumes, starts the database before its dump goes in, and proves the rest", async () => {
    await using room = await backedUp();
    const seen = watchProof(room);
    const written = room.host.written.length;
    const { state, plan, ending } = await ended(room, `!drill ${WIKI}`);
    expect(ending?.problem).toBeUndefined();
    expect(state).toBe("succeeded");
    expect(plan.tier).toBe("routine");
    expect(plan.steps.map(({ kind }) => kind)).toEqual([
      "pull",
      "pull",
      "pull",
      "set-up-scratch",
      "restore-volumes",
      "run-scratch",
      "watch",
      "restore-volumes",
      "run-hook",
      "run-scratch",
      "watch",
      "prove",
      "take-down-scratch",
    ]);
    expect(seen.volumes).toEqual({
      [`${SCRATCH}_data`]: ["backup.sql"],
      [`${SCRATCH}_media`]: ["cat.png"],
    });
    expect(seen.hooks).toEqual([`${SCRATCH}: /pg_backup.sh restore`, `${SCRATCH}: check`]);
    expect(room.host.written.slice(written).map(({ stack }) => stack)).toEqual([SCRATCH, SCRATCH]);
    expect(await leftOf(room)).toEqual([]);
  });

  test("is told in the room with what it proved, and kept", async () => {
    await using room = await backedUp();
    const { chat, ledger } = room.desk;
    const { id } = await ended(room, `!drill ${WIKI}`);
    const { body } = await chat.waitFor("Last proven restore: just now, took ");
    expect(body).toContain(
      "The recipe's own checks of app passed. db and cache stayed up, with no check of the recipe",
    );
    expect(ledger.drills.latest(WIKI)).toMatchObject({ job: id, server: ALPHA, ok: true });
    expect(ledger.drills.latest(WIKI)?.snapshots).toHaveLength(1);
    chat.say(ANA, `!status ${WIKI}`);
    await chat.waitFor("old (242 kB). Last proven restore: ");
    chat.say(ANA, `!plan ${WIKI} --version 1.1.0+1.1.0`);
    expect((await chat.waitFor("1.0.0+1.0.0 → 1.1.0+1.1.0")).body).toMatch(
      /Last proven restore: \d+ s ago, took \d+ s\./,
    );
    chat.say(ANA, `!backups ${WIKI}`);
    expect((await chat.waitFor(`Backups of ${WIKI}`)).body).toContain("Last proven restore: ");
    const asked = await ended(room, `!upgrade ${WIKI}`);
    expect(asked.state).toBe("succeeded");
    const remarks = room.desk.chat
      .seen()
      .filter(({ body }) => /^Last proven restore: \d+ s ago/.test(body));
    expect(remarks).toHaveLength(1);
    const what = ledger.audit.recent(99).filter((entry) => entry.what === "drill");
    expect(what).toMatchObject([{ who: ANA, on: WIKI, detail: { ok: true } }]);
  });

  test("its plan says what is tried and that the app is not touched", async () => {
    await using room = await backedUp();
    await ended(room, `!drill ${WIKI}`);
    const { body } = await room.desk.chat.waitFor("goes into a stack of its own");
    expect(body).toContain("the app itself is not touched");
    expect(body).toContain("no healthcheck for db and cache");
    expect(body).toContain("If any of it fails or is stopped: take down the scratch stack");
  });
});

describe("a drill that fails", () => {
  test.each([
    [
      "the recipe's check",
      "check",
      "app is not well by its recipe's own check (exit code 7: no table pages)",
    ],
    ["a hook", "sh", "the restore's post-hook of db failed"],
  ])("at %s takes all away, and is trouble", async (_what, program, words) => {
    await using room = await backedUp();
    room.host.program = async ({ exec: { argv } }) =>
      argv[0] === program ? { exitCode: 7, output: "no table pages" } : { exitCode: 0, output: "" };
    const { state, ending } = await ended(room, `!drill ${WIKI}`);
    expect(state).toBe("failed");
    expect(ending?.problem?.text).toContain(words);
    expect(await leftOf(room)).toEqual([]);
    const { drills, troubles } = room.desk.ledger;
    expect(drills.latest(WIKI)).toMatchObject({ ok: false });
    expect(drills.proven(WIKI)).toBeUndefined();
    await room.desk.chat.waitFor("So this backup is not proven");
    expect(troubles.standing()).toHaveLength(1);
  });

  test("since a service does not come up tells its last words", async () => {
    await using room = await backedUp();
    room.host.behave(SCRATCH, "app", { kind: "crashes", exitCode: 3 });
    room.host.say(STACK, "app", "of the real one");
    const { state } = await ended(room, `!drill ${WIKI}`);
    expect(state).toBe("failed");
    await room.desk.chat.waitFor("app keeps crashing");
    expect(await leftOf(room)).toEqual([]);
  });

  test("when it is stopped leaves nothing, and says nothing of the backup", async () => {
    await using room = await backedUp();
    expect((await stopped(room, `!drill ${WIKI}`)).state).toBe("cancelled");
    expect(await leftOf(room)).toEqual([]);
    expect(room.desk.ledger.drills.latest(WIKI)).toBeUndefined();
  });
});

test("what a recipe adds to what a container may do is told before, and after, also when it failed", async () => {
  await using room = await backedUp();
  const { composer } = room.desk.world;
  const scratch = composer.scratch.bind(composer);
  vi.spyOn(composer, "scratch").mockImplementation((text, cut) => {
    const made = scratch(text, cut);
    const lacks = [{ service: "db", capability: "SYS_NICE" }];
    return made && { ...made, facts: { ...made.facts, lacks } };
  });
  const { plan } = await ended(room, `!drill ${WIKI}`);
  const matter = { kind: "powerless", lacks: [{ service: "db", capability: "SYS_NICE" }] };
  expect(plan.warnings).toContainEqual({ kind: "drill", matter });
  const { body } = await room.desk.chat.waitFor("Last proven restore: just now");
  expect(body).toContain("It was tried without SYS_NICE (db).");
  room.host.program = failing;
  await ended(room, `!drill ${WIKI}`);
  const { body: failed } = await room.desk.chat.waitFor("So this backup is not proven");
  expect(failed).toContain("It was tried without SYS_NICE (db).");
});

describe("a drill that cannot be", () => {
  test("without a backup that counts", async () => {
    await using room = await settled();
    await answered(room, `!drill ${WIKI}`, `no backup of ${WIKI} that counts`);
  });

  test("since the only backup was judged and does not count", async () => {
    await using room = await settled();
    put(room, DATA, "backup.sql", 0);
    await ended(room, `!backup ${WIKI}`);
    await answered(room, `!drill ${WIKI}`, `no backup of ${WIKI} that counts`);
  });

  test("where what it says to run was changed before it was saved", async () => {
    await using room = await backedUp();
    const read = room.vault.read.bind(room.vault);
    vi.spyOn(room.vault, "read").mockImplementation(async (snapshot, path, limit, ending) => {
      const bytes = await read(snapshot, path, limit, ending);
      return path === COMPOSE_FILE ? Buffer.concat([bytes, Buffer.from(" ")]) : bytes;
    });
    const body = await answered(room, `!drill ${WIKI}`, "cannot be tried on");
    expect(body).toContain("What it says to run is not what moot had written");
  });

  test("where what it says to run was never written by moot", async () => {
    await using room = await backedUp();
    vi.spyOn(room.desk.ledger.backups, "good").mockReturnValue([]);
    vi.spyOn(room.desk.world.composer, "scratch").mockReturnValue(undefined);
    const body = await answered(room, `!drill ${WIKI}`, "cannot be tried on");
    expect(body).toContain("What it says to run is not what moot had written");
  });

  test("where there is no room for it", async () => {
    await using room = await backedUp();
    room.host.disk = { free: 900_000_000, total: 40_000_000_000 };
    const body = await answered(room, `!drill ${WIKI}`, "cannot be tried on");
    expect(body).toContain("It needs 1.0 GB of disk, and a drill may take 900 MB there");
  });

  test("on a server that is none", async () => {
    await using room = await backedUp();
    const typed = `!drill ${WIKI} --server beta.example.coop`;
    await answered(room, typed, "There is no server beta.example.coop");
  });
});

describe("a drill on another server", () => {
  const BETA = named(isServerName, "beta.example.coop");

  /** The one server by two names. */
  async function twoNamed(isShared: boolean): Promise<Strongroom> {
    const room = await backedUp();
    const { hosts, vaults } = room.desk.world;
    vi.spyOn(vaults, "isShared").mockReturnValue(isShared);
    vi.spyOn(hosts, "servers", "get").mockReturnValue([ALPHA, BETA]);
    vi.spyOn(hosts, "get").mockReturnValue(room.host);
    return room;
  }

  test("cannot be where the repository is a folder of the app's own", async () => {
    await using room = await twoNamed(false);
    const typed = `!drill ${WIKI} --server ${BETA}`;
    await answered(room, typed, `The repository of ${ALPHA} is a folder there`);
  });

  test("is done where the repository can be reached from there", async () => {
    await using room = await twoNamed(true);
    const job = await ended(room, `!drill ${WIKI} --server ${BETA}`);
    expect(job).toMatchObject({ state: "succeeded", server: BETA, plan: { tier: "change" } });
    await room.desk.chat.waitFor(`${BETA} holds what opens the repository of ${ALPHA}`);
    expect(room.desk.ledger.drills.latest(WIKI)).toMatchObject({ server: BETA, ok: true });
  });
});

test("another's data are not looked at: only what the stack uses is filled", async () => {
  await using room = await backedUp();
  put(room, "shop_data", "x", 1);
  await ended(room, `!drill ${WIKI}`);
  expect(room.vault.volumes.get("shop_data")?.size).toBe(1);
});
