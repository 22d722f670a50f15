// A member's identity is remembered once, and a new one waits until people have agreed to it.
import { expect, test } from "vitest";
import {
  acceptIdentity,
  knownIdentity,
  newIdentity,
  noteIdentity,
} from "../../src/core/identities.ts";
import { isUserId } from "../../src/core/ids.ts";
import { MemoryFacts } from "../fakes/facts.ts";
import { named } from "../named.ts";

const ANA = named(isUserId, "@ana:example.coop");
const BEA = named(isUserId, "@bea:example.coop");

test("the first that is seen is the one, for each member apart", () => {
  const facts = new MemoryFacts();
  expect(noteIdentity(facts, ANA, "one")).toBe(true);
  expect(noteIdentity(facts, ANA, "one")).toBe(true);
  expect(noteIdentity(facts, BEA, "two")).toBe(true);
  expect(knownIdentity(facts, ANA)).toBe("one");
  expect(newIdentity(facts, ANA)).toBeUndefined();
});

test("another waits until it is agreed to, or the old one is back", () => {
  const facts = new MemoryFacts();
  noteIdentity(facts, ANA, "one");
  expect(noteIdentity(facts, ANA, "two")).toBe(false);
  expect(noteIdentity(facts, ANA, "two")).toBe(false);
  expect(newIdentity(facts, ANA)).toBe("two");
  expect(knownIdentity(facts, ANA)).toBe("one");
  expect(noteIdentity(facts, ANA, "one")).toBe(true);
  expect(newIdentity(facts, ANA)).toBeUndefined();
  noteIdentity(facts, ANA, "two");
  acceptIdentity(facts, ANA, "two");
  expect(newIdentity(facts, ANA)).toBeUndefined();
  expect(noteIdentity(facts, ANA, "two")).toBe(true);
  expect(noteIdentity(facts, ANA, "one")).toBe(false);
});
