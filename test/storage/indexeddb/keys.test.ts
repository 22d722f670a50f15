// Keys sort as bytes exactly as IndexedDB sorts them, and come back as they were.
import fc from "fast-check";
import * as fake from "fake-indexeddb";
import { describe, expect, test } from "vitest";
import { after, decodeKey, encodeKey, isKey } from "../../../storage/indexeddb/keys.ts";
import { call } from "./player.ts";

const { key } = fc.letrec((tie) => ({
  key: fc.oneof(
    { maxDepth: 3 },
    fc.double({ noNaN: true }),
    fc.constantFrom(0, -0, 1, -1, Infinity, -Infinity),
    fc.date({ noInvalidDate: true }),
    fc.string({ unit: "binary" }),
    fc.constantFrom(
      "",
      "\0",
      "a",
      "a\0",
      "a\0b",
      "\u{7e}",
      "\u{7f}",
      "\u{407e}",
      "\u{407f}",
      "\u{ffff}",
    ),
    fc.uint8Array().map((bytes) => bytes.buffer),
    fc.array(tie("key"), { maxLength: 4 }),
  ),
}));

function compared(one: unknown, other: unknown): unknown {
  return call(fake.indexedDB, "cmp", one, other);
}

describe("a key", () => {
  test("sorts as bytes as it does for IndexedDB", () => {
    fc.assert(
      fc.property(key, key, (one, other) => {
        const bytes = Buffer.compare(encodeKey(one), encodeKey(other));
        expect(bytes).toBe(compared(one, other));
      }),
      { numRuns: 2000 },
    );
  });

  test("comes back as it was", () => {
    fc.assert(
      fc.property(key, (one) => {
        expect(compared(decodeKey(encodeKey(one)), one)).toBe(0);
      }),
    );
  });

  test("ends before all that comes after it, whatever stands behind it", () => {
    fc.assert(
      fc.property(key, key, key, (one, other, behind) => {
        const listed = Buffer.concat([encodeKey(one), encodeKey(behind)]);
        expect(Buffer.compare(listed, after(encodeKey(one)))).toBe(-1);
        expect(compared(decodeKey(listed), one)).toBe(0);
        if (compared(other, one) === 1)
          expect(Buffer.compare(encodeKey(other), after(encodeKey(one)))).toBe(1);
      }),
    );
  });

  test.each([undefined, null, true, {}, Number.NaN, new Date(Number.NaN), [1, undefined], 1n])(
    "cannot be %s",
    (value) => {
      expect(isKey(value)).toBe(false);
      expect(() => encodeKey(value)).toThrow(expect.objectContaining({ name: "DataError" }));
    },
  );

  test("cannot hold itself", () => {
    const loop: unknown[] = [];
    loop.push(loop);
    expect(isKey(loop)).toBe(false);
  });
});
