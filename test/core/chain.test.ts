// An export of the audit holds, and whatever is done to it is found.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ExportVerdict } from "../../src/core/chain-verify.ts";
import { json } from "../../storage/decode.ts";
import { chained, exported, verified, type Told } from "./chain-export.ts";

const text = fc.string({ unit: "binary", maxLength: 12 }).map((some) => some.toWellFormed());
const told: fc.Arbitrary<Told> = fc.record(
  {
    at: fc.nat(),
    who: text,
    what: text,
    on: text,
    event: text,
    detail: fc.jsonValue({ maxDepth: 2 }).map((value) => json.parse(value)),
  },
  { requiredKeys: ["at", "who", "what", "detail"] },
);
const trail = fc
  .tuple(fc.array(told, { minLength: 1, maxLength: 8 }), fc.nat())
  .map(([facts, cut]) => ({ facts, entries: chained(facts), cut: cut % facts.length }));

function expectSpoilt(verdict: ExportVerdict): void {
  expect(verdict.kind).not.toBe("consistent");
}

describe("an export of the audit", () => {
  test("holds, with every entry's hash as a head", () => {
    fc.assert(
      fc.property(trail, ({ entries, cut }) => {
        const whole = exported(entries, cut);
        expect(verified(whole)).toMatchObject({
          kind: "consistent",
          entries: entries.length - cut,
        });
        for (const { id, hash } of entries.slice(cut))
          expect(verified(whole, hash)).toMatchObject({ anchored: { id, entries: id - cut } });
      }),
    );
  });

  test("holds no more after any byte is changed", () => {
    fc.assert(
      fc.property(trail, fc.nat(), fc.integer({ min: 1, max: 255 }), ({ entries, cut }, at, by) => {
        const bytes = Buffer.from(exported(entries, cut));
        const place = at % bytes.length;
        bytes[place] = (bytes[place] ?? 0) ^ by;
        expectSpoilt(verified(bytes));
      }),
      { numRuns: 1000 },
    );
  });

  test("holds no more after any byte is removed or put in", () => {
    fc.assert(
      fc.property(trail, fc.nat(), fc.nat(255), ({ entries, cut }, at, byte) => {
        const bytes = Buffer.from(exported(entries, cut));
        const place = at % bytes.length;
        const [before, after] = [bytes.subarray(0, place), bytes.subarray(place)];
        expectSpoilt(verified(Buffer.concat([before, after.subarray(1)])));
        expectSpoilt(verified(Buffer.concat([before, Buffer.of(byte), after])));
      }),
      { numRuns: 500 },
    );
  });

  test("holds no more after any line is removed or said twice, or two are swapped", () => {
    fc.assert(
      fc.property(trail, fc.nat(), fc.nat(), ({ entries, cut }, one, other) => {
        const lines = exported(entries, cut).split(/(?<=\n)/);
        const [a, b] = [one % lines.length, other % lines.length];
        expectSpoilt(verified(lines.toSpliced(a, 1).join("")));
        expectSpoilt(verified(lines.toSpliced(a, 0, lines[a] ?? "").join("")));
        fc.pre(a !== b);
        const swapped = lines.with(a, lines[b] ?? "").with(b, lines[a] ?? "");
        expectSpoilt(verified(swapped.join("")));
      }),
      { numRuns: 500 },
    );
  });

  test("that was made anew by whoever has the key is found by a head", () => {
    fc.assert(
      fc.property(trail, told, fc.nat(), ({ facts, entries, cut }, forged, at) => {
        const head = entries.at(-1)?.hash ?? "";
        const place = cut + (at % (entries.length - cut));
        fc.pre(JSON.stringify(facts[place]) !== JSON.stringify(forged));
        const anew = exported(chained(facts.with(place, forged)), cut);
        expect(verified(anew)).toMatchObject({ kind: "consistent" });
        expect(verified(anew, head)).toMatchObject({ why: { kind: "head-not-found" } });
        const short = exported(entries.slice(0, -1), 0);
        fc.pre(entries.length > 1);
        expect(verified(short)).toMatchObject({ kind: "consistent" });
        expect(verified(short, head)).toMatchObject({ why: { kind: "head-not-found" } });
      }),
    );
  });
});

const ENTRIES = chained(
  ["start", "command", "job", "ending"].map((what, at) => ({ at, who: "moot", what, detail: {} })),
);
const WHOLE = exported(ENTRIES);
const LINES = WHOLE.split("\n");

describe("what is wrong with an export is named", () => {
  test.each([
    ["an empty file", "", { kind: "empty" }],
    ["prose", "dear diary\n", { kind: "no-json-lines" }],
    ["other JSON", '{"a":1}\n', { kind: "no-export" }],
    ["JSON that is no object", "7\n", { kind: "no-export" }],
    [
      "a changed word",
      WHOLE.replace('"what":"job"', '"what":"jab"'),
      { kind: "broken", line: 4, why: { kind: "changed", id: 3 } },
    ],
    [
      "a blank more",
      WHOLE.replace('"what":"job"', '"what": "job"'),
      { kind: "broken", line: 4, why: { kind: "other-spelling" } },
    ],
    [
      "line ends of Windows",
      WHOLE.replaceAll("\n", "\r\n"),
      { kind: "broken", line: 1, why: { kind: "other-spelling" } },
    ],
    [
      "a line taken out",
      LINES.toSpliced(2, 1).join("\n"),
      { kind: "broken", line: 3, why: { kind: "missing", wanted: 2, found: 3 } },
    ],
    [
      "two lines swapped",
      LINES.with(2, LINES[3] ?? "")
        .with(3, LINES[2] ?? "")
        .join("\n"),
      { kind: "broken", line: 3, why: { kind: "swapped", wanted: 2, found: 3 } },
    ],
    [
      "a tail cut off",
      LINES.toSpliced(4, 1).join("\n"),
      { kind: "broken", line: 4, why: { kind: "tail", wanted: 4, found: 3 } },
    ],
    [
      "the last line end gone",
      WHOLE.slice(0, -1),
      { kind: "broken", line: 5, why: { kind: "no-line-end" } },
    ],
    [
      "another first line",
      WHOLE.replace('"at":8', '"at":9'),
      { kind: "broken", line: 1, why: { kind: "first-line-forged" } },
    ],
    [
      "another cut",
      exported(ENTRIES, 2).replace('"at":7', '"at":6'),
      { kind: "broken", line: 2, why: { kind: "cut-forged" } },
    ],
  ])("%s", (_, spoiltText, verdict) => {
    expect(verified(spoiltText)).toEqual(verdict);
  });

  test("a head that the export goes on after vouches for what is before it", () => {
    expect(verified(WHOLE, ENTRIES[1]?.hash)).toMatchObject({ anchored: { id: 2, entries: 2 } });
  });

  test("a head of the last entry that was cut vouches for nothing that is left", () => {
    expect(verified(exported(ENTRIES, 2), ENTRIES[1]?.hash)).toMatchObject({
      entries: 2,
      anchored: { id: 2, entries: 0 },
      cut: { id: 2, at: 7 },
    });
  });
});
