// Secrets that stand in env files are masked wherever they turn up later.
import { expect, test } from "vitest";
import { isAppName, isServerName } from "../../src/core/ids.ts";
import { learnFrom } from "../../src/verbs/learning.ts";
import { Secrets } from "../../src/verbs/secrets.ts";
import { FakeApps } from "../fakes/apps.ts";
import { named } from "../named.ts";

const { signal } = new AbortController();
const wiki = named(isAppName, "wiki.example.coop");
const alpha = named(isServerName, "alpha.example.coop");
const TEXT = "TYPE=wiki\nDB_PASSWORD=correct-horse\nSMTP_AUTH=login\nWIKI_TITLE=Our wiki\n";

test("after an env file was written, and after it was read by another moot", async () => {
  const disk = new FakeApps();
  const said = "correct-horse login Our wiki";
  const writer = new Secrets([]);
  const path = disk.pathOf(wiki, alpha);
  await learnFrom(disk, writer).write(path, TEXT, undefined, signal);
  expect(writer.mask(said)).toBe("**** login Our wiki");
  for (const read of ["find", "list"] as const) {
    const secrets = new Secrets([]);
    const apps = learnFrom(disk, secrets);
    await (read === "find" ? apps.find(wiki, signal) : apps.list(signal));
    expect(secrets.mask(said)).toBe("**** login Our wiki");
  }
});
