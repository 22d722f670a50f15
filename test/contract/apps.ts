// What every implementation of Apps keeps to.
import { describe, expect, it } from "vitest";
import { isAppName, isServerName } from "../../src/core/ids.ts";
import type { Apps } from "../../src/core/ports.ts";
import { named } from "../named.ts";

const { signal } = new AbortController();
const alpha = named(isServerName, "alpha.example.coop");
const beta = named(isServerName, "beta.example.coop");
const wiki = named(isAppName, "wiki.example.coop");
const blog = named(isAppName, "blog.example.coop");

/** `make` gives an Apps without any app. */
export function describeApps(name: string, make: () => Promise<Apps>): void {
  describe(`${name} keeps env files`, () => {
    it("without any app there is nothing to list or find", async () => {
      const apps = await make();
      expect(await apps.list(signal)).toEqual([]);
      expect(await apps.find(wiki, signal)).toBeUndefined();
    });

    it("what is written is found, byte for byte", async () => {
      const apps = await make();
      const path = apps.pathOf(wiki, alpha);
      const text = 'TYPE=wiki\r\n# ünïcode\n\nA="b"  ';
      expect(await apps.write(path, text, undefined, signal)).toBe(true);
      expect(await apps.find(wiki, signal)).toEqual({ app: wiki, server: alpha, path, text });
    });

    it("all apps of all servers are listed", async () => {
      const apps = await make();
      await apps.write(apps.pathOf(wiki, beta), "w", undefined, signal);
      await apps.write(apps.pathOf(blog, alpha), "b", undefined, signal);
      const listed = await apps.list(signal);
      expect(listed.map(({ app, server, text }) => [app, server, text])).toEqual([
        [blog, alpha, "b"],
        [wiki, beta, "w"],
      ]);
    });

    it("a file is replaced only if it is still as it was read", async () => {
      const apps = await make();
      const path = apps.pathOf(wiki, alpha);
      await apps.write(path, "one", undefined, signal);
      expect(await apps.write(path, "two", "one", signal)).toBe(true);
      expect(await apps.write(path, "three", "one", signal)).toBe(false);
      expect((await apps.find(wiki, signal))?.text).toBe("two");
    });

    it("a new file does not replace one that is there", async () => {
      const apps = await make();
      const path = apps.pathOf(wiki, alpha);
      await apps.write(path, "one", undefined, signal);
      expect(await apps.write(path, "two", undefined, signal)).toBe(false);
      expect((await apps.find(wiki, signal))?.text).toBe("one");
    });

    it("a file that is gone is not replaced", async () => {
      const apps = await make();
      expect(await apps.write(apps.pathOf(wiki, alpha), "two", "one", signal)).toBe(false);
    });

    it("a file is removed only if it is still as it was read", async () => {
      const apps = await make();
      const path = apps.pathOf(wiki, alpha);
      await apps.write(path, "two", undefined, signal);
      expect(await apps.remove(path, "one", signal)).toBe(false);
      expect((await apps.find(wiki, signal))?.text).toBe("two");
      expect(await apps.remove(path, "two", signal)).toBe(true);
      expect(await apps.find(wiki, signal)).toBeUndefined();
      expect(await apps.list(signal)).toEqual([]);
    });

    it("a file that is gone is not removed, and its place is free for another", async () => {
      const apps = await make();
      const path = apps.pathOf(wiki, alpha);
      expect(await apps.remove(path, "one", signal)).toBe(false);
      await apps.write(path, "one", undefined, signal);
      expect(await apps.remove(path, "one", signal)).toBe(true);
      expect(await apps.remove(path, "one", signal)).toBe(false);
      expect(await apps.write(path, "new", undefined, signal)).toBe(true);
    });

    it("of many who write at once, one wins", async () => {
      const apps = await make();
      const path = apps.pathOf(wiki, alpha);
      await apps.write(path, "0", undefined, signal);
      const texts = ["1", "2", "3", "4", "5", "6"];
      const wrote = await Promise.all(texts.map((text) => apps.write(path, text, "0", signal)));
      expect(wrote.filter((won) => won)).toHaveLength(1);
      expect((await apps.find(wiki, signal))?.text).toBe(texts[wrote.indexOf(true)]);
    });
  });
}
