// Makes a well-behaved Duplex of an SSH channel, whose own destroy neither drops data nor tells anybody.
import { Duplex } from "node:stream";

/** Half-closes both ways; is destroyed with the signal's reason when the connection is lost. */
export class Channel extends Duplex {
  readonly #inner: Duplex;

  constructor(inner: Duplex, lost: AbortSignal) {
    super({ allowHalfOpen: true });
    this.#inner = inner;
    const drop = (): unknown => this.destroy(new Error("the SSH connection was lost"));
    lost.addEventListener("abort", drop, { once: true });
    this.once("close", () => lost.removeEventListener("abort", drop));
    inner.on("data", (chunk: Buffer) => {
      if (!this.push(chunk)) inner.pause();
    });
    inner.once("end", () => this.push(null));
    inner.once("error", (error: Error) => this.destroy(error));
    inner.once("close", () => {
      if (this.readableEnded) this.destroy();
      else this.once("end", () => this.destroy());
    });
  }

  override _read(): void {
    this.#inner.resume();
  }

  override _write(chunk: Buffer, encoding: BufferEncoding, done: () => void): void {
    this.#inner.write(chunk, encoding, done);
  }

  override _final(done: () => void): void {
    this.#inner.end();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#inner.destroy();
    // ssh2 frees the channel only after its last byte is read.
    this.#inner.resume();
    done(error);
  }
}
