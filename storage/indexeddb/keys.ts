// Turns keys into bytes that sort as the keys do, and back: numbers, then dates, texts, bytes, lists.
import { failure } from "./errors.ts";

export type Key = number | string | Date | ArrayBuffer | readonly Key[];

/** No key begins with it, and none goes on with it: a key's bytes with this behind them come after all that begin with the key. */
const LAST = 0xff;
const NUMBER = 0x10;
const DATE = 0x20;
const TEXT = 0x30;
const BYTES = 0x40;
const LIST = 0x50;
const END = 0;

const DEEPEST = 100;
/** Units below are one byte, those below the next bound two, the rest three. */
const ONE_BYTE = 0x7f;
const TWO_BYTES = ONE_BYTE + 0x4000;

/** Throws DataError for what cannot be a key. */
export function encodeKey(value: unknown): Uint8Array {
  const bytes: number[] = [];
  write(bytes, value, 0);
  return Uint8Array.from(bytes);
}

export function isKey(value: unknown): value is Key {
  try {
    encodeKey(value);
    return true;
  } catch {
    return false;
  }
}

/** The first key in the bytes; whatever stands behind it is left alone. */
export function decodeKey(bytes: Uint8Array): Key {
  return new Reader(bytes).key();
}

/** Before it come the key's bytes and all that begin with them, after it all greater ones. */
export function after(key: Uint8Array): Uint8Array {
  return Uint8Array.of(...key, LAST);
}

function write(to: number[], value: unknown, depth: number): void {
  if (depth > DEEPEST) throw failure("DataError", "a key is too deep a list, or holds itself");
  if (typeof value === "number") writeNumber(to, NUMBER, value);
  else if (value instanceof Date) writeNumber(to, DATE, value.getTime());
  else if (typeof value === "string") {
    to.push(TEXT);
    for (let at = 0; at < value.length; at += 1) writeUnit(to, value.charCodeAt(at));
    to.push(END);
  } else if (Array.isArray(value)) {
    to.push(LIST);
    for (const item of value) write(to, item, depth + 1);
    to.push(END);
  } else {
    to.push(BYTES);
    for (const byte of bytesOf(value)) writeUnit(to, byte);
    to.push(END);
  }
}

function bytesOf(value: unknown): Uint8Array {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (!ArrayBuffer.isView(value)) throw failure("DataError", "no key of this type");
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}

/** Positive ones with the sign bit set, negative ones with all bits turned, sort as numbers do. */
function writeNumber(to: number[], tag: number, value: number): void {
  if (Number.isNaN(value)) throw failure("DataError", "not a number, or no date");
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value === 0 ? 0 : value);
  const bits = view.getBigUint64(0);
  view.setBigUint64(0, bits >> 63n === 1n ? ~bits : bits | SIGN);
  to.push(tag, ...new Uint8Array(view.buffer));
}

const SIGN = 1n << 63n;

function writeUnit(to: number[], unit: number): void {
  if (unit < ONE_BYTE) to.push(unit + 1);
  else if (unit < TWO_BYTES) {
    const rest = unit - ONE_BYTE;
    to.push(0x80 | (rest >> 8), rest & 0xff);
  } else to.push(0xc0, unit >> 8, unit & 0xff);
}

class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  key(): Key {
    const tag = this.#byte();
    switch (tag) {
      case NUMBER:
        return this.#number();
      case DATE:
        return new Date(this.#number());
      case TEXT:
        return this.#units()
          .map((unit) => String.fromCharCode(unit))
          .join("");
      case BYTES:
        return Uint8Array.from(this.#units()).buffer;
      case LIST:
        return this.#list();
      default:
        throw new Error(`no key begins with the byte ${tag}`);
    }
  }

  #byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw new Error("a key ends too early");
    this.#at += 1;
    return byte;
  }

  #number(): number {
    const view = new DataView(new ArrayBuffer(8));
    for (let at = 0; at < 8; at += 1) view.setUint8(at, this.#byte());
    const bits = view.getBigUint64(0);
    view.setBigUint64(0, bits >> 63n === 1n ? bits ^ SIGN : ~bits);
    return view.getFloat64(0);
  }

  #units(): number[] {
    const units: number[] = [];
    for (let first = this.#byte(); first !== END; first = this.#byte()) {
      if (first < 0x80) units.push(first - 1);
      else if (first < 0xc0) units.push((((first & 0x3f) << 8) | this.#byte()) + ONE_BYTE);
      else units.push((this.#byte() << 8) | this.#byte());
    }
    return units;
  }

  #list(): Key[] {
    const items: Key[] = [];
    while (this.#bytes[this.#at] !== END) items.push(this.key());
    this.#at += 1;
    return items;
  }
}
