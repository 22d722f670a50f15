// The vault in memory keeps what every vault keeps.
import { isServerName, isStackName } from "../../src/core/ids.ts";
import { describeVault } from "../contract/vault.ts";
import { named } from "../named.ts";
import { FakeVault } from "./vault.ts";

describeVault("memory", async () => {
  let now = Date.UTC(2026, 0, 1);
  const clock = {
    now: () => (now += 1),
    sleep: () => Promise.reject(new Error("nothing to wait for")),
  };
  const vault = new FakeVault(named(isServerName, "alpha.example.coop"), clock);
  vault.isMade = false;
  return {
    vault,
    stack: named(isStackName, "wiki"),
    node: "node",
    write: async (volume, path, text) => {
      const held = vault.volumes.get(volume) ?? new Map<string, string>();
      vault.volumes.set(volume, held.set(path, text));
    },
    read: async (volume) => Object.fromEntries([...(vault.volumes.get(volume) ?? [])].toSorted()),
    old: async (host, tag) => {
      const before = now;
      now -= 5 * 365 * 24 * 3_600_000;
      const stack = named(isStackName, "wiki");
      const load = { stack, node: "node", host, tags: [tag], volumes: [], files: [] };
      const saved = await vault.save(load, () => undefined, new AbortController().signal);
      now = before;
      return saved.snapshot;
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
});
