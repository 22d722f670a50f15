// !restore --server: the app of a lost server is made again on another, of nothing but the repository.
import { describe, expect, test } from "vitest";
import { backedUp, BETA, expectOnBeta, heldOnBeta, KINDS, lost, VALUE } from "./lost-host.ts";
import {
  ALPHA,
  ANA,
  DATA,
  ended,
  failing,
  MEDIA,
  put,
  SECRET,
  signal,
  STACK,
  WIKI,
} from "./strongroom.ts";

describe("!restore --server", () => {
  test("makes a lost server's app again on another, and asks the lost one for nothing", async () => {
    await using place = await lost();
    const { room, beta } = place;
    const { state, plan, ending } = await ended(room, `!restore ${WIKI} --server ${BETA}`);
    expect(ending?.problem).toBeUndefined();
    expect(state).toBe("succeeded");
    expect(plan.tier).toBe("danger");
    expect(plan.scope).toMatchObject({ server: BETA, from: ALPHA });
    expect(plan.steps.map(({ kind }) => kind)).toEqual(KINDS);
    await expectOnBeta(place);
    expect(beta.executed.map(({ exec }) => exec.argv[4])).toEqual(["/pg_backup.sh restore"]);
    await room.desk.chat.waitFor("restore succeeded");
  });

  test("says that the old server is silent, where the name must lead, and where backups go", async () => {
    await using place = await lost();
    await ended(place.room, `!restore ${WIKI} --server ${BETA}`);
    const seen = JSON.stringify(place.room.desk.chat.seen());
    expect(seen).toContain("it is made again as it was when snapshot 00000001 was taken");
    expect(seen).toContain(
      "alpha.example.coop does not answer, and whatever may run there goes on",
    );
    expect(seen).toContain(`Let ${WIKI} lead there, to 192.0.2.2`);
    expect(seen).toContain("Its backups go to the repository of beta.example.coop from then on");
    expect(seen).toMatch(/The snapshot .{0,20}00000001.{0,40} is .{1,20} old/);
    expect(seen).not.toContain(VALUE);
  });

  test("takes the env file and the values of then, not what they became since", async () => {
    await using place = await backedUp();
    const { room, alpha } = place;
    await ended(room, `!config ${WIKI} GREETING=changed`);
    alpha.secrets.set(SECRET, "another value");
    await ended(room, `!undeploy ${WIKI} --no-backup`);
    const { state } = await ended(room, `!restore ${WIKI} --server ${BETA}`);
    expect(state).toBe("succeeded");
    await expectOnBeta(place);
    const seen = JSON.stringify(room.desk.chat.seen());
    expect(seen).toContain("alpha.example.coop answers, and nothing of it runs there");
    // Nothing of the old side is removed.
    expect(alpha.secrets.get(SECRET)).toBe("another value");
  });

  test("brings backups after it into the other server's repository", async () => {
    await using place = await lost();
    const { room, betaVault } = place;
    await ended(room, `!restore ${WIKI} --server ${BETA}`);
    const { state } = await ended(room, `!backup ${WIKI}`);
    expect(state).toBe("succeeded");
    expect(await betaVault.snapshots({}, signal)).toHaveLength(1);
    expect(await room.vault.snapshots({}, signal)).toHaveLength(1);
  });

  test("finds what only the repository remembers, by a moot that lost its memory", async () => {
    await using place = await lost();
    const { room } = place;
    const { backups } = room.desk.ledger;
    const known = (await room.vault.snapshots({}, signal)).map(({ id }) => id);
    backups.gone(ALPHA, known, 0);
    expect(backups.good(WIKI, ALPHA, 9)).toEqual([]);
    const { state } = await ended(room, `!restore ${WIKI} --server ${BETA}`);
    expect(state).toBe("succeeded");
    await room.desk.chat.waitFor("Nobody judged the snapshot 00000001");
    await expectOnBeta(place);
  });

  test("with --as, makes the new app there, and leaves the old one be", async () => {
    await using place = await lost();
    const { room, beta, volumes } = place;
    for (const volume of ["copy_example_coop_data", "copy_example_coop_media"])
      volumes.set(volume, new Map());
    const { state, plan } = await ended(
      room,
      `!restore ${WIKI} --as copy.example.coop --server ${BETA}`,
    );
    expect(state).toBe("succeeded");
    expect(plan.server).toBe(BETA);
    expect(heldOnBeta(place, "copy_example_coop_media")).toEqual({ "cat.png": 200_000 });
    expect(beta.secrets.get("copy_example_coop_db_password_v1")?.toString()).toBe(VALUE);
    expect(await room.apps.find(WIKI)).toMatchObject({ server: ALPHA });
  });
});

describe("one that fails", () => {
  test("before it wrote anything says so, and can be typed again", async () => {
    await using place = await lost();
    const { room, beta } = place;
    beta.missing.add("registry.example/moot/app:1.0.0");
    const pull = beta.pull.bind(beta);
    beta.pull = async () => pull("registry.example/moot/app:1.0.0", signal);
    const { state } = await ended(room, `!restore ${WIKI} --server ${BETA}`);
    expect(state).toBe("failed");
    const { body } = await room.desk.chat.waitFor("Nothing of it was changed.");
    expect(body).toContain(`!restore ${WIKI} 00000001 --server ${BETA}`);
    expect(await room.apps.find(WIKI)).toMatchObject({ server: ALPHA });
    beta.pull = pull;
    beta.missing.clear();
    expect((await ended(room, `!restore ${WIKI} --server ${BETA}`)).state).toBe("succeeded");
    await expectOnBeta(place);
  });

  test("with a hook leaves all of it running there, and goes on by its id", async () => {
    await using place = await lost();
    const { room, beta, betaVault } = place;
    beta.program = failing;
    const { state } = await ended(room, `!restore ${WIKI} --server ${BETA}`);
    expect(state).toBe("failed");
    const { body } = await room.desk.chat.waitFor("as far as it came");
    expect(body).toContain(`It belongs to ${BETA} now`);
    expect(body).toContain(`!restore ${WIKI} 00000001`);
    const { live } = await beta.inspect(STACK, signal);
    expect(live?.services.map(({ replicas }) => replicas)).toEqual([1, 1, 1]);
    beta.program = async () => ({ exitCode: 0, output: "" });
    // The safety snapshot of what stands there goes into the other repository.
    const again = await ended(room, `!restore ${WIKI} 00000001`);
    expect(again.ending?.problem).toBeUndefined();
    expect(again.state).toBe("succeeded");
    await expectOnBeta(place);
    expect(betaVault.loads).toHaveLength(1);
  });

  test("between its env file and its stack goes on by its id, too", async () => {
    await using place = await lost();
    const { room, beta } = place;
    const deploy = beta.deploy.bind(beta);
    beta.deploy = async () => {
      throw new Error("the program is not there");
    };
    expect((await ended(room, `!restore ${WIKI} --server ${BETA}`)).state).toBe("failed");
    expect(await room.apps.find(WIKI)).toMatchObject({ server: BETA });
    beta.deploy = deploy;
    const again = await ended(room, `!restore ${WIKI} 00000001`);
    expect(again.ending?.problem).toBeUndefined();
    expect(again.state).toBe("succeeded");
    await expectOnBeta(place);
  });
});

describe("!restore on a server that was emptied", () => {
  test("makes the app again there, of the backup alone", async () => {
    await using place = await backedUp();
    const { room, alpha } = place;
    await alpha.removeStack(STACK, signal);
    await alpha.removeSecrets([SECRET], signal);
    await alpha.removeVolumes([DATA, MEDIA], signal);
    for (const volume of [DATA, MEDIA]) room.vault.volumes.set(volume, new Map());
    const { state, plan, ending } = await ended(room, `!restore ${WIKI}`);
    expect(ending?.problem).toBeUndefined();
    expect(state).toBe("succeeded");
    expect(plan.steps.map(({ kind }) => kind)).toEqual(KINDS.filter((kind) => kind !== "move-env"));
    expect(alpha.secrets.get(SECRET)?.toString()).toBe(VALUE);
    expect(room.vault.volumes.get(MEDIA)?.get("cat.png")).toHaveLength(200_000);
    const { live } = await alpha.inspect(STACK, signal);
    expect(live?.services).toHaveLength(3);
    expect(plan.scope.from).toBeUndefined();
  });

  test("fills the volumes alone where they stand, as ever", async () => {
    await using place = await backedUp();
    const { room } = place;
    put(room, MEDIA, "dog.png", 10);
    room.desk.chat.say(ANA, `!restore ${WIKI} --server ${ALPHA}`);
    await room.desk.chat.waitFor("leave --server out");
    const { plan } = await ended(room, `!restore ${WIKI}`);
    expect(plan.dangers.map(({ kind }) => kind)).toEqual(["overwrites"]);
  });
});
