// A backup that only the repository remembers is put together of one job's snapshots, though jobs are counted anew after a lost memory.
import { expect, test } from "vitest";
import { Refusal } from "../../src/core/errors.ts";
import { findPoint, textOf } from "../../src/app/restore-points.ts";
import { ENV_FILE, MANIFEST_FILE, manifestText } from "../../src/core/manifest.ts";
import { makeFastClock } from "../fakes/fast-clock.ts";
import { FakeVault } from "../fakes/vault.ts";
import { FakeVaults } from "../fakes/vaults.ts";
import { ALPHA, MEDIA, openStrongroom, signal, STACK, WIKI } from "./strongroom.ts";

const DAY = 86_400_000;

test("of another day's job of the same number nothing is taken", async () => {
  const time = { now: 0 };
  const vault = new FakeVault(ALPHA, { ...makeFastClock(), now: () => time.now });
  vault.volumes.set(MEDIA, new Map([["cat.png", "x"]]));
  await using room = openStrongroom({ world: { vaults: new FakeVaults([vault]) } });
  const save = async (at: number, node: string): Promise<string> => {
    time.now = at;
    const volumes = [{ name: MEDIA }];
    const facts = { app: WIKI, server: ALPHA, stack: STACK, node, recipe: "wiki", version: "1" };
    const text = manifestText({ ...facts, job: 1, volumes, secrets: [], hooks: [] });
    const files = [{ path: MANIFEST_FILE, content: text, mode: 0o600 }];
    const tags = ["moot", `app:${WIKI}`, "job:1", "backup"];
    const load = { stack: STACK, node, host: `${WIKI}@${node}`, tags, volumes, files };
    return (await vault.save(load, () => undefined, signal)).snapshot;
  };
  const found = async (snapshot: string) => {
    const wanted = { app: WIKI, repository: ALPHA, snapshot };
    const { parts, manifest, at } = await findPoint(room.desk.world, wanted, signal);
    return { at, leads: manifest.node, parts: parts.map((part) => part.snapshot) };
  };
  const [one, other] = [await save(0, "one"), await save(1, "other")];
  await save(40 * DAY, "one");
  const [late, far] = [await save(40 * DAY + 1, "one"), await save(40 * DAY + 2, "other")];
  expect(await found(other)).toEqual({ at: 1, leads: "other", parts: [other, one] });
  expect(await found(far)).toEqual({ at: 40 * DAY + 2, leads: "other", parts: [far, late] });
});

test("a file that cannot be read is not taken for one that is not there", async () => {
  const vault = new FakeVault(ALPHA, makeFastClock());
  await using room = openStrongroom({ world: { vaults: new FakeVaults([vault]) } });
  const files = [{ path: MANIFEST_FILE, content: "{}", mode: 0o600 }];
  const load = { stack: STACK, node: "one", host: "one", tags: ["moot"], volumes: [], files };
  const { snapshot } = await vault.save(load, () => undefined, signal);
  const read = (path: string): Promise<string | undefined> =>
    textOf(room.desk.world, { repository: ALPHA, snapshot }, path, signal);
  expect(await read(MANIFEST_FILE)).toBe("{}");
  expect(await read(ENV_FILE)).toBeUndefined();
  const problem = "the node ran out of memory and ended it";
  vault.fault = new Refusal({ kind: "step-failed", step: "restic", problem });
  await expect(read(ENV_FILE)).rejects.toThrow(vault.fault);
});
