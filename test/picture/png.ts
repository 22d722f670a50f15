// Reads a PNG as far as tests need it: its size, and the colours of its points.
import { inflateSync } from "node:zlib";

const SIGNATURE = Buffer.from("89504e470d0a1a0a", "hex");

export interface Points {
  readonly width: number;
  readonly height: number;
  /** How often each colour stands in it, as `#rrggbb`. */
  readonly colours: ReadonlyMap<string, number>;
}

/** Throws where it is no PNG of eight-bit colours with transparency. */
export function readPng(file: Uint8Array): Points {
  const bytes = Buffer.from(file);
  if (!bytes.subarray(0, 8).equals(SIGNATURE)) throw new Error("no PNG");
  const chunks = [...chunksOf(bytes)];
  const head = chunks.find(({ type }) => type === "IHDR")?.content;
  if (head?.readUInt16BE(8) !== 0x0806) throw new Error("another kind of PNG");
  const [width, height] = [head.readUInt32BE(0), head.readUInt32BE(4)];
  const packed = chunks.filter(({ type }) => type === "IDAT").map(({ content }) => content);
  const raw = inflateSync(Buffer.concat(packed));
  return { width, height, colours: coloursIn(unfiltered(raw, width, height)) };
}

function* chunksOf(bytes: Buffer): Iterable<{ readonly type: string; readonly content: Buffer }> {
  for (let at = 8; at < bytes.length;) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString("latin1", at + 4, at + 8);
    yield { type, content: bytes.subarray(at + 8, at + 8 + length) };
    at += length + 12;
  }
}

/** Each byte was written as its difference from what its neighbours to the left and above foretell. */
function unfiltered(raw: Buffer, width: number, height: number): Buffer {
  const stride = width * 4;
  // A point to the left of each line and a line above the first, all zero, spare the edges their own rules.
  const padded = Buffer.alloc((stride + 4) * (height + 1));
  for (let row = 0; row < height; row += 1) {
    const line = row * (stride + 1);
    const foretell = FILTERS[raw.readUInt8(line)];
    if (foretell === undefined) throw new Error("no such filter");
    for (let column = 0; column < stride; column += 1) {
      const at = (row + 1) * (stride + 4) + 4 + column;
      const above = at - stride - 4;
      const [left, top, corner] = [padded[at - 4] ?? 0, padded[above] ?? 0, padded[above - 4] ?? 0];
      padded[at] = raw.readUInt8(line + 1 + column) + foretell(left, top, corner);
    }
  }
  const lines = Array.from({ length: height }, (_, row) => {
    const start = (row + 1) * (stride + 4) + 4;
    return padded.subarray(start, start + stride);
  });
  return Buffer.concat(lines);
}

const FILTERS: readonly ((left: number, above: number, corner: number) => number)[] = [
  () => 0,
  (left) => left,
  (_, above) => above,
  (left, above) => (left + above) >> 1,
  (left, above, corner) => {
    const [byLeft, byAbove] = [Math.abs(above - corner), Math.abs(left - corner)];
    const byCorner = Math.abs(left + above - 2 * corner);
    if (byLeft <= byAbove && byLeft <= byCorner) return left;
    return byAbove <= byCorner ? above : corner;
  },
];

function coloursIn(points: Buffer): ReadonlyMap<string, number> {
  const colours = new Map<string, number>();
  for (let at = 0; at < points.length; at += 4) {
    const colour = `#${points.toString("hex", at, at + 3)}`;
    colours.set(colour, (colours.get(colour) ?? 0) + 1);
  }
  return colours;
}
