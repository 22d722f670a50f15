// How moot gets a device that members can trust, with a homeserver that fails at each of the steps.
import { readFile, rename, stat } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { Member } from "../e2e/member.ts";
import { refusedWith } from "../refused.ts";
import { openFaultProxy, type FaultProxy } from "../testbed/index.ts";
import { crossSign } from "../testbed/nio/cross-signing.ts";
import { never, note } from "./chat.ts";
import { CryptoStage } from "./crypto-stage.ts";
import { closeCast, openCast, PASSWORD, type Cast } from "./matrix-stage.ts";

let cast: Cast;
let proxy: FaultProxy;

beforeAll(async () => {
  cast = await openCast();
});

afterAll(closeCast);

beforeEach(async () => {
  proxy = await openFaultProxy(new URL(cast.synapse.url));
});

afterEach(async () => {
  await proxy.close();
});

const signatures = z.record(z.string(), z.record(z.string(), z.string()));
const key = z.object({ keys: z.record(z.string(), z.string()) });
const answer = z.object({
  device_keys: z.record(z.string(), z.record(z.string(), z.object({ signatures }))),
  master_keys: z.record(z.string(), key),
  self_signing_keys: z.record(z.string(), key),
});

/** What a member's client is told of moot: its master key, its devices, and which of them are signed by moot's identity. */
async function seen({ clear, bot }: CryptoStage) {
  const found = answer.parse(
    await clear.call("POST", "/keys/query", { device_keys: { [bot]: [] } }),
  );
  const [signer = "none"] = Object.keys(found.self_signing_keys[bot]?.keys ?? {});
  const devices = Object.entries(found.device_keys[bot] ?? {});
  return {
    master: Object.values(found.master_keys[bot]?.keys ?? {})[0],
    devices: devices.map(([name]) => name),
    signed: devices.filter(([, one]) => one.signatures[bot]?.[signer]).map(([name]) => name),
  };
}

const STEPS = [
  "/keys/upload",
  "/keys/query",
  "/keys/device_signing/upload",
  "/keys/signatures/upload",
  "/account_data/",
  "/members",
] as const;
const ACTS = [
  { kind: "429", retryAfter: 0 },
  { kind: "502" },
  { kind: "cut" },
  { kind: "cut-after" },
  { kind: "rewrite", body: () => "no json" },
] as const;

test.each(ACTS)(
  "after $kind at each request of it, moot's device is signed all the same",
  async (act) => {
    await using stage = await CryptoStage.raise(cast);
    for (const step of STEPS)
      proxy.inject({ match: (_, path) => path.includes(step), times: 1, act });
    using chat = await stage.enter({ homeserver: proxy.url });
    const { master, devices, signed } = await seen(stage);
    expect(master).toBeDefined();
    expect(devices).toHaveLength(1);
    expect(signed).toEqual(devices);
    await chat.send(note(stage.room, "hello"), "txn", never);
    await stage.cem.seesOne(stage.room, "it", ({ content }) => content?.body === "hello");
    expect(proxy.seen.filter(({ struck }) => struck !== undefined)).toHaveLength(STEPS.length);
  },
);

test("a homeserver that goes on failing is named, and the next start ends what was begun", async () => {
  await using stage = await CryptoStage.raise(cast);
  const match = (_: string, path: string): boolean => path.includes("device_signing");
  proxy.inject({ match, times: 99, act: { kind: "502" } });
  expect(await refusedWith(stage.enter({ homeserver: proxy.url }))).toContain("answered 502");
  expect((await seen(stage)).master).toBeUndefined();
  using chat = await stage.enter();
  const { devices, signed } = await seen(stage);
  expect(signed).toEqual(devices);
  expect(chat.uninvited).toEqual([]);
});

test("the recovery key is written once, for moot's eyes alone, and never said", async () => {
  await using stage = await CryptoStage.raise(cast);
  (await stage.enter()).close();
  const { recoveryFile } = stage.crypto();
  const text = await readFile(recoveryFile, "utf8");
  expect(text).toMatch(/^Es[a-zA-Z1-9]{2}(?: [a-zA-Z1-9]{4}){11}\n$/);
  expect((await stat(recoveryFile)).mode & 0o777).toBe(0o600);
  expect((await stat(stage.storeFile)).mode & 0o777).toBe(0o600);
  (await stage.enter()).close();
  expect(await readFile(recoveryFile, "utf8")).toBe(text);
  expect(stage.kept.text()).not.toContain(text.trim());
});

test("after a lost disk the recovery key brings the identity back, for a new device", async () => {
  await using stage = await CryptoStage.raise(cast);
  (await stage.enter()).close();
  const before = await seen(stage);
  await rename(stage.storeFile, `${stage.storeFile}.lost`);
  stage.facts.set(`matrix.session ${stage.bot}`, undefined);
  (await stage.enter()).close();
  const after = await seen(stage);
  expect(after.master).toBe(before.master);
  expect(after.devices).toHaveLength(2);
  expect(after.signed).toEqual(after.devices);
});

test("without it moot gets another identity with its password, and the log says so", async () => {
  await using stage = await CryptoStage.raise(cast);
  (await stage.enter()).close();
  const before = await seen(stage);
  await rename(stage.storeFile, `${stage.storeFile}.lost`);
  await rename(stage.crypto().recoveryFile, `${stage.storeFile}.key`);
  stage.facts.set(`matrix.session ${stage.bot}`, undefined);
  (await stage.enter()).close();
  const after = await seen(stage);
  expect(after.master).not.toBe(before.master);
  expect(after.signed).toHaveLength(1);
  expect(stage.kept.text()).toContain("moot gets another identity");
});

test("an identity that somebody else made for its account is told in the log, with what to do", async () => {
  await using stage = await CryptoStage.raise(cast);
  (await stage.enter()).close();
  const [name = ""] = stage.bot.slice(1).split(":");
  const { url } = cast.synapse;
  const other = new Member({ url, ...(await cast.synapse.register(name, PASSWORD)) });
  await crossSign(other, { password: PASSWORD, devices: [] });
  (await stage.enter()).close();
  expect(stage.kept.text()).toContain(
    "moot's account has another identity now, and members are told so. If none of you made it, change the account's password",
  );
});

test("a file that holds something else in its place is left alone", async () => {
  await using stage = await CryptoStage.raise(cast);
  const crypto = { ...stage.crypto(), recoveryFile: import.meta.filename };
  expect(await refusedWith(stage.enter({ crypto }))).toContain("holds something else");
});

test("a device that was signed out is not used again", async () => {
  await using stage = await CryptoStage.raise(cast);
  (await stage.enter()).close();
  const session = stage.facts.get(`matrix.session ${stage.bot}`) ?? "";
  const { accessToken } = z.object({ accessToken: z.string() }).parse(JSON.parse(session));
  const headers = { authorization: `Bearer ${accessToken}` };
  await fetch(`${cast.synapse.url}/_matrix/client/v3/logout`, { method: "POST", headers });
  expect(await refusedWith(stage.enter())).toContain("it holds the keys of");
  await rename(stage.storeFile, `${stage.storeFile}.old`);
  using chat = await stage.enter();
  await chat.send(note(stage.room, "as a new device"), "txn", never);
  await stage.cem.seesOne(stage.room, "it", ({ content }) => content?.body === "as a new device");
});
