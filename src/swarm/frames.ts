// Takes apart the engine's streams in which standard output and error go side by side.

export interface Frame {
  /** A terminal's content may end anywhere. */
  readonly from: "stdout" | "stderr" | "terminal";
  readonly content: Buffer;
}

const HEADER = 8;
const STDERR = 2;

/** A terminal's stream has no frames and is passed on as it comes. Throws what cut the stream off. */
export async function* readFrames(stream: AsyncIterable<Buffer>): AsyncGenerator<Frame> {
  let waiting = Buffer.alloc(0);
  let isTerminal: boolean | undefined;
  for await (const chunk of stream) {
    waiting = Buffer.concat([waiting, chunk]);
    if (isTerminal === undefined && waiting.length >= HEADER) isTerminal = !isFramed(waiting);
    if (isTerminal === true) {
      yield { from: "terminal", content: waiting };
      waiting = Buffer.alloc(0);
    }
    while (waiting.length >= HEADER) {
      const end = HEADER + waiting.readUInt32BE(4);
      if (waiting.length < end) break;
      const from = waiting.readUInt8(0) === STDERR ? "stderr" : "stdout";
      yield { from, content: waiting.subarray(HEADER, end) };
      waiting = waiting.subarray(end);
    }
  }
  if (isTerminal === undefined && waiting.length > 0) yield { from: "terminal", content: waiting };
}

/** A stream's number (0, 1 or 2) and three zeros. */
export function isFramed(content: Buffer): boolean {
  return content.length >= HEADER && content.readUInt8(0) <= 2 && content.readUIntBE(1, 3) === 0;
}
