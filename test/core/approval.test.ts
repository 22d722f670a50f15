// When those who were asked have agreed: by tables, and by laws that hold whatever was said.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isOver, standingOf, type Rule, type Vote, type VoteHow } from "../../src/core/approval.ts";
import { isEventId, isUserId, type UserId } from "../../src/core/ids.ts";
import { named } from "../named.ts";

const ANA = userNamed("ana");
const BEA = userNamed("bea");
const CEM = userNamed("cem");
const DAN = userNamed("dan");
const PEOPLE = [ANA, BEA, CEM, DAN] as const;

function userNamed(name: string): UserId {
  return named(isUserId, `@${name}:example.coop`);
}

interface Word {
  readonly by: UserId;
  readonly kind: Vote["kind"];
  readonly how: VoteHow;
}

function votesOf(words: readonly Word[]): readonly Vote[] {
  return words.map((word, index) => ({
    ...word,
    id: index + 1,
    event: named(isEventId, `$vote-${index}`),
    at: index,
  }));
}

const TWO: Rule = { people: 2, requesterCounts: true, isStrong: false };
const all = (): boolean => true;

/** `+ana`: yes by a reaction, `-ana`: no, `!ana`: yes in words. */
function said(...words: readonly string[]): readonly Vote[] {
  return votesOf(
    words.map((word) => ({
      by: userNamed(word.slice(1)),
      kind: word.startsWith("-") ? "no" : "yes",
      how: word.startsWith("!") ? "words" : "reaction",
    })),
  );
}

describe("standingOf", () => {
  test.each<readonly [string, readonly Vote[], Partial<Rule>, boolean]>([
    ["nobody spoke", said(), {}, false],
    ["one of two", said("+ana"), {}, false],
    ["two of two", said("+ana", "+bea"), {}, true],
    ["one person twice", said("+ana", "!ana"), {}, false],
    ["the asker does not count", said("+ana", "+bea"), { requesterCounts: false }, false],
    ["two others", said("+bea", "+cem"), { requesterCounts: false }, true],
    ["the last word is a no", said("+ana", "+bea", "-bea"), {}, false],
    ["the last word is a yes", said("+ana", "-bea", "+bea"), {}, true],
    ["one objects before them", said("-cem", "+ana", "+bea"), {}, false],
    ["one objects after them", said("+ana", "+bea", "-cem"), {}, false],
    ["one more yes than asked after it", said("-dan", "+ana", "+bea", "+cem"), {}, true],
    ["one of those three came before it", said("+ana", "-dan", "+bea", "+cem"), {}, false],
    ["only the older of two is overruled", said("-dan", "+ana", "+bea", "-cem"), {}, false],
    ["reactions where words are asked", said("!ana", "+bea"), { isStrong: true }, false],
    ["words where words are asked", said("!ana", "!bea"), { isStrong: true }, true],
    ["words stay said after a reaction", said("!ana", "!bea", "+bea"), { isStrong: true }, true],
    [
      "a reaction lifts no objection where words are asked",
      said("!ana", "!bea", "-cem", "+cem"),
      { isStrong: true },
      false,
    ],
    [
      "a reaction is no objection less there",
      said("!ana", "!bea", "-cem"),
      { isStrong: true },
      false,
    ],
  ])("%s", (_what, votes, rule, isAgreed) => {
    expect(standingOf({ votes, by: ANA }, { ...TWO, ...rule }, all).isAgreed).toBe(isAgreed);
  });

  test("yes stands in the order of the last words, and objections by themselves", () => {
    const votes = said("+ana", "+bea", "-cem", "!ana");
    const { yes, objections, missing } = standingOf({ votes, by: ANA }, TWO, all);
    expect(yes).toEqual([BEA, ANA]);
    expect(objections.map(({ by }) => by)).toEqual([CEM]);
    expect(missing).toBe(0);
  });

  test("a word that does not count is as if it had not been said", () => {
    const votes = said("+bea", "-cem", "+ana");
    const counts = ({ by }: Vote): boolean => by !== CEM;
    expect(standingOf({ votes, by: ANA }, TWO, counts)).toMatchObject({
      yes: [BEA, ANA],
      objections: [],
      isAgreed: true,
    });
  });
});

const word: fc.Arbitrary<Word> = fc.record({
  by: fc.constantFrom(...PEOPLE),
  kind: fc.constantFrom("yes" as const, "no" as const),
  how: fc.constantFrom<VoteHow>("command", "reaction", "words"),
});
const votes = fc.array(word, { maxLength: 10 }).map(votesOf);
const rule: fc.Arbitrary<Rule> = fc.record({
  people: fc.integer({ min: 1, max: 3 }),
  requesterCounts: fc.boolean(),
  isStrong: fc.boolean(),
});
const heard = fc.subarray([...PEOPLE]).map((people) => (vote: Vote) => people.includes(vote.by));

describe("whatever was said", () => {
  test("it is never agreed with fewer different people than the rule asks, each of whom said yes and counts", () => {
    fc.assert(
      fc.property(votes, rule, heard, (given, asks, counts) => {
        const { yes, isAgreed, missing } = standingOf({ votes: given, by: ANA }, asks, counts);
        expect(new Set(yes).size).toBe(yes.length);
        expect(missing).toBe(Math.max(0, asks.people - yes.length));
        if (isAgreed) expect(yes.length).toBeGreaterThanOrEqual(asks.people);
        for (const user of yes) {
          const own = given.filter((vote) => vote.by === user && counts(vote));
          expect(own.some(({ kind }) => kind === "yes")).toBe(true);
          if (asks.isStrong) expect(own.some(({ how }) => how !== "reaction")).toBe(true);
        }
        if (!asks.requesterCounts) expect(yes).not.toContain(ANA);
      }),
    );
  });

  test("only each person's last word matters, where reactions and words are worth the same", () => {
    fc.assert(
      fc.property(votes, rule, (given, asks) => {
        const weak = { ...asks, isStrong: false };
        const last = given.filter(
          ({ by, id }) => !given.some((other) => other.by === by && other.id > id),
        );
        expect(standingOf({ votes: last, by: ANA }, weak, all)).toEqual({
          ...standingOf({ votes: given, by: ANA }, weak, all),
          objections: standingOf({ votes: last, by: ANA }, weak, all).objections,
        });
      }),
    );
  });

  test("taking back what was said last is as if it had never been said", () => {
    fc.assert(
      fc.property(votes, word, rule, (given, next, asks) => {
        const more = votesOf([...given, next]);
        const before = standingOf({ votes: given, by: ANA }, asks, all);
        const restored = more.filter(({ id }) => id <= given.length);
        expect(standingOf({ votes: restored, by: ANA }, asks, all)).toEqual(before);
      }),
    );
  });

  test("a yes more never unmakes an agreement, and a no more never makes one", () => {
    fc.assert(
      fc.property(votes, word, rule, (given, next, asks) => {
        const after = standingOf({ votes: votesOf([...given, next]), by: ANA }, asks, all);
        const before = standingOf({ votes: given, by: ANA }, asks, all);
        if (next.kind === "yes" && before.isAgreed) expect(after.isAgreed).toBe(true);
        if (next.kind === "no" && after.isAgreed) expect(before.isAgreed).toBe(true);
      }),
    );
  });

  test("a rule that asks for more people, or hears less, is never met sooner", () => {
    fc.assert(
      fc.property(votes.filter(isYesOnly), rule, (given, asks) => {
        const { isAgreed } = standingOf({ votes: given, by: ANA }, asks, all);
        const stricter = [
          { ...asks, people: asks.people + 1 },
          { ...asks, requesterCounts: false },
          { ...asks, isStrong: true },
        ];
        for (const one of stricter) {
          if (standingOf({ votes: given, by: ANA }, one, all).isAgreed) expect(isAgreed).toBe(true);
        }
      }),
    );
  });
});

function isYesOnly(given: readonly Vote[]): boolean {
  return given.every(({ kind }) => kind === "yes");
}

test("its time is over from the very moment on that was said", () => {
  expect(isOver({ expiresAt: 5 }, 4)).toBe(false);
  expect(isOver({ expiresAt: 5 }, 5)).toBe(true);
  expect(isOver({}, Number.MAX_SAFE_INTEGER)).toBe(false);
});
