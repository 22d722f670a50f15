// Whose turn it is to be tried.
import { expect, test } from "vitest";
import { nextToDrill } from "../../src/core/drill.ts";
import { isAppName } from "../../src/core/ids.ts";
import { named } from "../named.ts";

const shop = named(isAppName, "shop.example.coop");
const wiki = named(isAppName, "wiki.example.coop");
const zoo = named(isAppName, "zoo.example.coop");
const all = [zoo, wiki, shop].map((app) => ({ app, hasBackup: true }));

test("one that was never tried comes first, by name", () => {
  expect(nextToDrill(all, new Map())).toBe(shop);
  expect(nextToDrill(all, new Map([[shop, 1]]))).toBe(wiki);
});

test("then the one whose try is longest ago, however it went", () => {
  const tries = new Map([
    [shop, 5],
    [wiki, 9],
    [zoo, 3],
  ]);
  expect(nextToDrill(all, tries)).toBe(zoo);
});

test("what has no backup that counts is not tried", () => {
  const candidates = [{ app: shop, hasBackup: false }];
  expect(nextToDrill(candidates, new Map())).toBeUndefined();
});
