// What a reaction means: a few signs, whatever skin tone or variation selector a client adds.

export type Sign = "yes" | "no" | "snooze" | "stop";

const SIGNS: Readonly<Record<string, Sign>> = {
  "👍": "yes",
  "✅": "yes",
  "👎": "no",
  "❌": "no",
  "💤": "snooze",
  "🛑": "stop",
};

/** Undefined for every other key. MSC2677 wants U+FE0F where it may stand, so keys are compared without it. */
export function foldReaction(key: string): Sign | undefined {
  return SIGNS[key.replace(/[\uFE0E\uFE0F\u{1F3FB}-\u{1F3FF}]/gu, "").trim()];
}
