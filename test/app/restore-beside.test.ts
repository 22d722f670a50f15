// !restore --as: what an app was is brought up as a new one beside it, with its secrets and data.
import { describe, expect, test } from "vitest";
import { isAppName, isStackName } from "../../src/core/ids.ts";
import { plain } from "../../src/words/draw.ts";
import { planDoc } from "../../src/words/plan.ts";
import { named } from "../named.ts";
import {
  answered,
  DATA,
  ended,
  failing,
  held,
  hooksRun,
  MEDIA,
  SECRET,
  settled,
  signal,
  VERSION,
  WHOLE,
  WIKI,
  type Strongroom,
} from "./strongroom.ts";

const COPY = named(isAppName, "copy.example.coop");
const VALUE = "the value of then";
const STACK = named(isStackName, "copy_example_coop");

/** Swarm makes a stack's volumes when its tasks start; this one's are texts. */
async function kept(): Promise<Strongroom> {
  const room = await settled();
  room.host.secrets.set(SECRET, VALUE);
  await ended(room, `!config ${WIKI} GREETING=${WIKI}`);
  await ended(room, `!backup ${WIKI}`);
  room.host.executed.length = 0;
  for (const volume of [`${STACK}_data`, `${STACK}_media`])
    room.vault.volumes.set(volume, new Map([["first", "x"]]));
  return room;
}

describe("!restore --as", () => {
  test("makes an app of the backup, and leaves the old one as it is", async () => {
    await using room = await kept();
    const before = await room.apps.find(WIKI);
    const { state, plan, ending } = await ended(room, `!restore ${WIKI} --as ${COPY}`);
    expect(ending?.problem).toBeUndefined();
    expect(state).toBe("succeeded");
    expect(plan.tier).toBe("danger");
    expect(plan.app).toBe(COPY);
    expect(plan.version.to).toBe(VERSION);
    const way = "If putting the data back fails or is stopped: start ";
    expect(plain(planDoc(plan))).toContain(way);
    const file = await room.apps.find(COPY);
    expect(file?.text).toContain(`DOMAIN=${COPY}`);
    expect(file?.text).toContain(`GREETING=${COPY}`);
    expect(await room.apps.find(WIKI)).toEqual(before);
    expect(room.host.secrets.get(`${STACK}_db_password_v1`)?.toString()).toBe(VALUE);
    expect(held(room, `${STACK}_media`)).toEqual({ "cat.png": 200_000 });
    expect(held(room, `${STACK}_data`)).toHaveProperty(["backup.sql"], 40_000);
    expect(held(room, DATA)).toEqual(WHOLE);
    expect(held(room, MEDIA)).toEqual({ "cat.png": 200_000 });
    expect(hooksRun(room)).toEqual(["db: /pg_backup.sh restore"]);
    expect(room.host.executed.map(({ stack }) => stack)).toEqual([STACK]);
    const { live } = await room.host.inspect(STACK, signal);
    expect(live?.services.map(({ replicas }) => replicas)).toEqual([1, 1, 1]);
  });

  test("that fails leaves nothing stopped", async () => {
    await using room = await kept();
    room.host.program = failing;
    const { state } = await ended(room, `!restore ${WIKI} --as ${COPY}`);
    expect(state).toBe("failed");
    const { live } = await room.host.inspect(STACK, signal);
    expect(live?.services.map(({ replicas }) => replicas)).toEqual([1, 1, 1]);
    expect(held(room, MEDIA)).toEqual({ "cat.png": 200_000 });
  });

  test("writes into no volume that another app has", async () => {
    await using room = await kept();
    room.host.cargo.look = async (names) =>
      names
        .filter((name) => name === `${STACK}_media`)
        .map((name) => ({ name, node: "far", isPlain: true }));
    const body = await answered(room, `!restore ${WIKI} --as ${COPY}`, "cannot go back into");
    expect(body).toContain(
      `There is a volume ${STACK}_media already on far, and what is in it would be overwritten.`,
    );
    expect(body).toContain(`!restore ${WIKI}`);
    expect(await room.apps.find(COPY)).toBeUndefined();
  });

  test("refuses a name that is taken, and one that is none", async () => {
    await using room = await kept();
    await answered(room, `!restore ${WIKI} --as ${WIKI}`, "is an app already");
    await answered(room, `!restore ${WIKI} --as https://x.example.coop/`, "it has a slash");
  });
});
