// Who is believed in an encrypted room, and who is not.
import { expect, test } from "vitest";
import { acceptIdentity } from "../../src/core/identities.ts";
import { isUserId } from "../../src/core/ids.ts";
import type { Facts } from "../../src/core/ledger.ts";
import { distrust, type Devices, type Speaker } from "../../src/matrix/trust.ts";
import { MemoryFacts } from "../fakes/facts.ts";
import { named } from "../named.ts";

const ANA = named(isUserId, "@ana:example.coop");

function house(devices: Devices): {
  readonly facts: Facts;
  readonly judge: (speaker: Omit<Speaker, "sender">) => string | undefined;
} {
  const facts = new MemoryFacts();
  return { facts, judge: (speaker) => distrust({ facts, devices }, { sender: ANA, ...speaker }) };
}

test.each([
  ["crossSigned", true, undefined],
  ["crossSigned", false, "unsigned"],
  // A reaction: no device signs it.
  ["crossSigned", undefined, undefined],
  ["any", true, undefined],
  ["any", false, undefined],
] as const)("with %s, a device that is signed: %s", (devices, isSigned, why) => {
  expect(house(devices).judge({ identity: "one", isSigned })).toBe(why);
  expect(house(devices).judge({ identity: undefined, isSigned })).toBe(why);
});

test.each(["crossSigned", "any"] as const)(
  "with %s, a new identity is not believed, whatever it signs, until people agree",
  (devices) => {
    const { judge, facts } = house(devices);
    expect(judge({ identity: "one", isSigned: true })).toBeUndefined();
    expect(judge({ identity: "two", isSigned: true })).toBe("changed");
    expect(judge({ identity: "two", isSigned: undefined })).toBe("changed");
    expect(judge({ identity: "two", isSigned: false })).toBe("changed");
    acceptIdentity(facts, ANA, "two");
    expect(judge({ identity: "two", isSigned: true })).toBeUndefined();
  },
);
