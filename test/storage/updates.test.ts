// Updates and alerts are kept as they were found, told and ended.
import { expect, test } from "vitest";
import { isAppName, isRecipeName, isServerName } from "../../src/core/ids.ts";
import type { NewUpdate } from "../../src/core/update-ledger.ts";
import { named } from "../named.ts";
import { freshPath, opened } from "./opened.ts";
import { ana, asked, ops, plan, wiki } from "./samples.ts";

const alpha = named(isServerName, "alpha.example.coop");
const recipe = named(isRecipeName, "wiki");
const shop = named(isAppName, "shop.example.coop");

function to(version: string, app = wiki): NewUpdate {
  return { app, server: alpha, recipe, from: "1.0.0+1", to: version, images: {} };
}

test("what is found is kept once, and hands its alert to what supersedes it", () => {
  const path = freshPath();
  const former = opened(path);
  const { updates } = former;
  updates.found(to("1.1.0+1"), 5);
  updates.found(to("1.1.0+1"), 6);
  const [first, ...more] = updates.open();
  expect(more).toEqual([]);
  const id = first?.id ?? 0;
  expect(first).toEqual({ id, ...to("1.1.0+1"), state: "seen", seenAt: 5, isFirst: true });
  const alert = updates.announce([id], { recipe, rooms: [ops] }, 7);
  updates.found(to("1.2.0+1"), 8);
  expect(updates.get(id)).toMatchObject({ state: "superseded", endedAt: 8, alert });
  expect(updates.openOf(wiki)).toMatchObject({
    to: "1.2.0+1",
    state: "seen",
    alert,
  });
  updates.revised(alert, 9);
  former.close();
  const again = opened(path).updates;
  expect(again.alert(alert)).toEqual({ id: alert, recipe, rooms: [ops], at: 7, revisedAt: 9 });
  expect(again.ofAlert(alert).map((one) => one.to)).toEqual(["1.1.0+1", "1.2.0+1"]);
});

test("what was skipped, failed or applied is not found again until something else is", () => {
  for (const state of ["skipped", "failed", "applied"] as const) {
    const { updates } = opened();
    updates.found(to("1.1.0+1"), 1);
    const id = updates.openOf(wiki)?.id ?? 0;
    expect(updates.turn(id, ["announced"], { state }, 2)).toBe(false);
    expect(updates.turn(id, ["seen"], { state, by: ana }, 2)).toBe(true);
    expect(updates.get(id)).toMatchObject({ state, by: ana, endedAt: 2 });
    updates.found(to("1.1.0+1"), 3);
    expect(updates.openOf(wiki)).toBeUndefined();
    updates.found(to("1.2.0+1"), 4);
    expect(updates.openOf(wiki)).toMatchObject({ to: "1.2.0+1" });
    expect(updates.endedSince(2).map((one) => one.id)).toEqual([id]);
    expect(updates.endedSince(3)).toEqual([]);
  }
});

test("a version that was gone and comes back is found again", () => {
  const { updates } = opened();
  updates.found(to("1.1.0+1"), 1);
  expect(updates.nothingFor(wiki, 2)).toMatchObject({ to: "1.1.0+1", state: "seen" });
  expect(updates.nothingFor(wiki, 3)).toBeUndefined();
  updates.found(to("1.1.0+1"), 4);
  expect(updates.openOf(wiki)).toMatchObject({ to: "1.1.0+1" });
});

test("images that are built anew are another thing than the version they belong to", () => {
  const { updates } = opened();
  const rebuilt = (digest: string) => ({ ...to("1.0.0+1"), images: { "wiki:1": digest } });
  updates.found(rebuilt("sha256:a"), 1);
  const id = updates.openOf(wiki)?.id ?? 0;
  updates.turn(id, ["seen"], { state: "skipped", by: ana }, 2);
  updates.found(rebuilt("sha256:a"), 3);
  expect(updates.openOf(wiki)).toBeUndefined();
  updates.found(rebuilt("sha256:b"), 4);
  expect(updates.openOf(wiki)).toMatchObject({ images: { "wiki:1": "sha256:b" } });
});

test("what is decided stays while newer things come, and is tied to its job", () => {
  const { jobs, updates } = opened();
  const { job } = jobs.enqueue(asked("c"), 1);
  updates.found(to("1.1.0+1"), 1);
  const id = updates.openOf(wiki)?.id ?? 0;
  updates.turn(id, ["seen"], { state: "decided", by: ana, job: job.id }, 2);
  updates.found(to("1.2.0+1"), 3);
  expect(updates.nothingFor(wiki, 3)).toBeUndefined();
  expect(updates.openOf(wiki)).toMatchObject({ id, state: "decided", job: job.id });
  updates.turn(id, ["decided"], { state: "applied" }, 4);
  expect(updates.get(id)).toMatchObject({ state: "applied", by: ana, job: job.id });
  expect(() => {
    updates.prepared(id, { problem: "too late" });
  }).toThrow("does not change");
});

test("a snooze has its end, and loses it when it is over", () => {
  const { updates } = opened();
  updates.found(to("1.1.0+1"), 1);
  const id = updates.openOf(wiki)?.id ?? 0;
  updates.turn(id, ["seen"], { state: "snoozed", by: ana, until: 9 }, 2);
  expect(updates.get(id)).toMatchObject({ state: "snoozed", until: 9 });
  updates.turn(id, ["snoozed"], { state: "seen" }, 9);
  expect(updates.get(id)).not.toHaveProperty("until");
});

test("how it would be applied is kept with it", () => {
  const { updates } = opened();
  updates.found(to("1.1.0+1"), 1);
  const id = updates.openOf(wiki)?.id ?? 0;
  updates.prepared(id, { problem: "it cannot" });
  expect(updates.get(id)).toMatchObject({ problem: "it cannot" });
  updates.prepared(id, { plan });
  expect(updates.get(id)?.plan).toEqual(plan);
  expect(updates.get(id)).not.toHaveProperty("problem");
});

test("an app that was looked at before is no longer at its first look", () => {
  const { looks, updates } = opened();
  const look = { app: wiki, server: alpha, recipe, at: 1 };
  looks.looked({ ...look, problem: "no version" });
  expect(looks.looks()).toEqual([{ ...look, problem: "no version" }]);
  const behind = { ...look, at: 2, version: "1", newest: "3", behind: 2, next: "2" };
  looks.looked(behind);
  expect(looks.looks()).toEqual([behind]);
  updates.found(to("1.1.0+1"), 2);
  updates.found(to("1.1.0+1", shop), 2);
  expect(updates.open().map(({ app, isFirst }) => [app, isFirst])).toEqual([
    [shop, true],
    [wiki, false],
  ]);
  looks.forget([wiki]);
  expect(looks.looks()).toEqual([]);
});

test("a version's age is what its tag says, or else since when it is known", () => {
  const { looks } = opened();
  expect(looks.ageOf(recipe, "1.1.0+1")).toBeUndefined();
  expect(looks.versionSeen(recipe, "1.1.0+1", 5)).toBe(5);
  expect(looks.versionSeen(recipe, "1.1.0+1", 9)).toBe(5);
  expect(looks.ageOf(recipe, "1.1.0+1")).toBe(5);
  looks.versionDated(recipe, "1.1.0+1", 2);
  expect(looks.ageOf(recipe, "1.1.0+1")).toBe(2);
  expect(looks.versionSeen(recipe, "1.1.0+1", 9)).toBe(5);
});

test("what cannot be looked at is new once, and again after it could be", () => {
  const { looks } = opened();
  const silent = { target: "registry.example", why: "no answer" };
  expect(looks.blind([silent], 1)).toEqual([{ ...silent, since: 1 }]);
  expect(looks.blind([silent], 2)).toEqual([]);
  expect(looks.blindnesses()).toEqual([{ ...silent, since: 1 }]);
  expect(looks.blind([], 3)).toEqual([]);
  expect(looks.blind([silent], 4)).toEqual([{ ...silent, since: 4 }]);
});
