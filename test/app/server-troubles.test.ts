// Silent servers, full disks and certificates near their end are told once, and so is their end.
import { expect, test } from "vitest";
import { ANA } from "./desk.ts";
import {
  ALPHA,
  bodies,
  DAY,
  heard,
  HOUR,
  look,
  lookFor,
  lost,
  openWatch,
  put,
  WIKI,
  write,
  type Watch,
} from "./watch.ts";

test("a server that has not answered for ten minutes rings those who may restart on it", async () => {
  await using watch = openWatch();
  watch.alpha.unreachable = lost(watch.alpha);
  await lookFor(watch, 10);
  expect(await bodies(watch)).toEqual([]);
  await lookFor(watch, 3);
  const [notice, ...others] = await heard(watch);
  expect(others).toEqual([]);
  expect(notice).toMatchObject({ isNotice: false, rings: [ANA] });
  expect(notice?.body).toContain(
    `${ALPHA} has not answered since 2026-11-25 12:01 UTC, for 10 min`,
  );
  expect(notice?.body).toContain("no route");
  expect(notice?.body).toContain("!servers asks it again now");
  watch.alpha.unreachable = undefined;
  await lookFor(watch, 1);
  expect(await heard(watch)).toHaveLength(1);
  await lookFor(watch, 1);
  const [edited, end] = await heard(watch);
  expect(edited?.body).toContain(
    `✅ ${ALPHA} answers again since 2026-11-25 12:15 UTC, after 14 min`,
  );
  expect(end).toMatchObject({ thread: notice?.event, rings: [] });
});

test("a server that answers now and then was not silent, nor one that moot did not look at", async () => {
  await using watch = openWatch();
  for (let round = 0; round < 3; round += 1) {
    watch.alpha.unreachable = lost(watch.alpha);
    await lookFor(watch, 8);
    watch.alpha.unreachable = undefined;
    await lookFor(watch, 1);
  }
  watch.alpha.unreachable = lost(watch.alpha);
  await lookFor(watch, 2);
  watch.time.now += HOUR;
  await look(watch);
  expect(await bodies(watch)).toEqual([]);
});

test("what comes back within a day is told in the thread of the same message, and rings there", async () => {
  await using watch = openWatch();
  const fall = async (): Promise<void> => {
    watch.alpha.unreachable = lost(watch.alpha);
    await lookFor(watch, 12);
    watch.alpha.unreachable = undefined;
    await lookFor(watch, 2);
  };
  await fall();
  await fall();
  const [notice, , again, end, ...more] = await heard(watch);
  expect(more).toEqual([]);
  expect(again).toMatchObject({ thread: notice?.event, rings: [ANA] });
  expect(again?.body).toContain(`Again: ⚠️ ${ALPHA} has not answered since`);
  expect(end).toMatchObject({ thread: notice?.event });
  watch.time.now += DAY;
  await fall();
  expect((await heard(watch)).filter(({ thread }) => thread === undefined)).toHaveLength(2);
});

test("a full disk is told when it was seen twice, and as well when there is room to spare", async () => {
  await using watch = openWatch();
  const use = async (percent: number): Promise<number> => {
    watch.alpha.disk = { free: (100 - percent) * 1e9, total: 100e9 };
    await lookFor(watch, 1);
    return (await heard(watch)).length;
  };
  expect(await use(92)).toBe(0);
  expect(await use(89)).toBe(0);
  expect(await use(92)).toBe(0);
  expect(await use(93)).toBe(1);
  expect((await bodies(watch))[0]).toBe(
    `⚠️ The disk of ${ALPHA} is 93 % full: 7.0 GB of 100 GB are left.\n!servers prune ${ALPHA} shows what can be freed.`,
  );
  expect(await use(89)).toBe(1);
  expect(await use(86)).toBe(1);
  expect(await use(84)).toBe(1);
  expect(await use(84)).toBe(2);
  expect((await bodies(watch))[1]).toContain(`✅ The disk of ${ALPHA} has room again`);
});

async function withTraefik(watch: Watch): Promise<void> {
  await write(watch.alpha, "traefik", "traefik:v3");
  await put(watch, watch.alpha, WIKI);
}

test("a certificate near its end is told once a day's look finds it, and its renewal within the hour", async () => {
  await using watch = openWatch();
  await withTraefik(watch);
  const show = (days: number): void =>
    void watch.alpha.certificates.set(WIKI, {
      until: watch.time.now + days * DAY,
      isForDomain: true,
    });
  show(30);
  await look(watch);
  show(13);
  await lookFor(watch, 60);
  expect(await bodies(watch)).toEqual([]);
  watch.time.now += DAY;
  await look(watch);
  const [notice, ...others] = await bodies(watch);
  expect(others).toEqual([]);
  expect(notice).toContain(`The certificate of ${WIKI} on ${ALPHA} ends on`);
  expect(notice).toContain("in 11 days, and was not renewed");
  show(90);
  await lookFor(watch, 60);
  expect((await bodies(watch)).at(-1)).toContain(
    `✅ ${WIKI} on ${ALPHA} shows a good certificate again`,
  );
});

test("a domain without a certificate of its own is told when it is so an hour later, one not asked is not", async () => {
  await using watch = openWatch();
  await withTraefik(watch);
  await put(watch, watch.alpha, "silent.example.coop");
  watch.alpha.certificates.set(WIKI, { until: watch.time.now + 300 * DAY, isForDomain: false });
  await look(watch);
  await lookFor(watch, 59);
  expect(await bodies(watch)).toEqual([]);
  await lookFor(watch, 1);
  expect(await bodies(watch)).toEqual([
    expect.stringContaining(`${WIKI} has no certificate of its own on ${ALPHA}`),
  ]);
});
