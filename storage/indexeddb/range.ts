// From which key to which: what is asked for, as a stretch of bytes.
import { failure } from "./errors.ts";
import { after, encodeKey } from "./keys.ts";

/** `from` belongs to it, `to` does not. */
export interface Stretch {
  readonly from: Uint8Array;
  readonly to: Uint8Array;
}

const ALL: Stretch = { from: new Uint8Array(), to: after(new Uint8Array()) };

export class KeyRange {
  readonly stretch: Stretch;

  constructor(stretch: Stretch) {
    this.stretch = stretch;
  }

  static only(key: unknown): KeyRange {
    return KeyRange.bound(key, key);
  }

  static lowerBound(lower: unknown, isOpen = false): KeyRange {
    return new KeyRange({ from: beginning(lower, isOpen), to: ALL.to });
  }

  static upperBound(upper: unknown, isOpen = false): KeyRange {
    return new KeyRange({ from: ALL.from, to: ending(upper, isOpen) });
  }

  static bound(lower: unknown, upper: unknown, isLowerOpen = false, isUpperOpen = false): KeyRange {
    const [from, to] = [beginning(lower, isLowerOpen), ending(upper, isUpperOpen)];
    const order = Buffer.compare(encodeKey(lower), encodeKey(upper));
    if (order > 0 || (order === 0 && (isLowerOpen || isUpperOpen)))
      throw failure("DataError", "a range ends before it begins");
    return new KeyRange({ from, to });
  }
}

function beginning(key: unknown, isOpen: boolean): Uint8Array {
  return isOpen ? after(encodeKey(key)) : encodeKey(key);
}

function ending(key: unknown, isOpen: boolean): Uint8Array {
  return isOpen ? encodeKey(key) : after(encodeKey(key));
}

/** A key, a range, or nothing, which is everything. */
export function stretchOf(query: unknown): Stretch {
  if (query === undefined || query === null) return ALL;
  return query instanceof KeyRange ? query.stretch : KeyRange.only(query).stretch;
}

/** As stretchOf, where everything would hardly be meant. */
export function certainStretch(query: unknown): Stretch {
  if (query === undefined || query === null) throw failure("DataError", "no key was given");
  return stretchOf(query);
}
