// A start with an http section listens there, or says why it cannot; without one there is nothing.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { parseConfig, type Config } from "../../src/config.ts";
import { tryAddress } from "../../src/http/listening.ts";
import { explain } from "../../src/verbs/explain.ts";
import { openWorld } from "../../src/verbs/wiring.ts";
import { refusalOf } from "../contract/host-ground.ts";
import { ask } from "../http/ask.ts";
import { serve } from "../serve.ts";

const { signal } = new AbortController();
const TOKEN = "correct-horse";

async function freePort(): Promise<number> {
  await using taken = await serve(createServer());
  return Number(taken.host.split(":")[1]);
}

async function configFor(port: number): Promise<Config> {
  const folder = await mkdtemp(join(tmpdir(), "moot-http-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "token"), `${TOKEN}\n`, { mode: 0o600 });
  const settings = {
    abra: { dir: join(folder, "abra") },
    storage: { database: join(folder, "moot.db") },
    console: { socket: join(folder, "room/moot.sock") },
    http: { listen: `127.0.0.1:${port}`, token: { file: join(folder, "token") } },
  };
  const places = { file: join(folder, "bot.config.yaml"), folder, home: folder, env: {} };
  return parseConfig(JSON.stringify(settings), places);
}

test("moot tells how it is from its start to its end, and masks the token", async () => {
  const port = await freePort();
  const opened = await openWorld(await configFor(port), { anyMember: false }, signal);
  const token = `Bearer ${TOKEN}`;
  const health = await ask(port, "/healthz", { token });
  expect(health.status).toBe(200);
  expect(JSON.parse(health.body)).toMatchObject({ status: "ok", database: "ok", version: "0.0.0" });
  const metrics = await ask(port, "/metrics", { token });
  expect(metrics.body).toContain("moot_jobs_queued 0\n");
  expect((await ask(port, "/metrics")).status).toBe(401);
  expect(opened.world.mask(TOKEN)).toBe("****");
  await opened[Symbol.asyncDispose]();
  await tryAddress({ host: "127.0.0.1", port });
});

test("an address that is taken stops the start, with words that say what to do", async () => {
  await using taken = await serve(createServer());
  const config = await configFor(Number(taken.host.split(":")[1]));
  const failed = openWorld(config, { anyMember: false }, signal);
  expect(await refusalOf(failed)).toMatchObject({ kind: "address-unusable", why: "taken" });
  expect(await failed.catch(explain)).toBe(
    `moot: moot cannot listen at ${taken.host}: another program does so already.\nNext: ss -ltnp shows which one it is; stop it, or choose another port under http: listen in moot's config.\n`,
  );
});
