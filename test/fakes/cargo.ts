// What is carried between swarms in memory: a volume holds one text.
import { Refusal } from "../../src/core/errors.ts";
import type {
  Cargo,
  CargoSecret,
  CargoVolume,
  Carried,
  FoundVolume,
  Mark,
  Marked,
} from "../../src/core/cargo.ts";
import type { Holdings } from "./holdings.ts";

export class FakeCargo implements Cargo {
  readonly #holdings: Holdings;
  readonly #node: string;
  /** What each volume holds; one that nobody wrote to holds nothing. */
  readonly contents = new Map<string, string>();
  /** Who made it, by what it is and its name. */
  readonly marked = new Map<string, string>();
  /** Volumes that are not plain. */
  readonly special = new Set<string>();
  /** Changes what comes in, as a bad disk does. */
  spoil: (content: string) => string = (content) => content;

  /** What happens while a volume is read. */
  reading: (signal: AbortSignal) => Promise<void> = async () => undefined;

  /** Secrets whose reader is there. */
  readonly readers = new Set<string>();
  /** What happens while secrets are read; nobody ends their reader where it fails, as after a kill. */
  readingSecrets: (signal: AbortSignal) => Promise<void> = async () => undefined;

  constructor(holdings: Holdings, node: string) {
    this.#holdings = holdings;
    this.#node = node;
  }

  async readSecrets(
    names: readonly string[],
    _image: string,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, Uint8Array>> {
    signal.throwIfAborted();
    const values = names.map((name) => {
      const value = this.#holdings.secrets.get(name);
      if (value !== undefined) return [name, Buffer.from(value)] as const;
      const problem = `there is no secret ${name}`;
      throw new Refusal({ kind: "step-failed", step: "read secrets", problem });
    });
    this.readers.add(readerOf(names));
    await this.readingSecrets(signal);
    this.readers.delete(readerOf(names));
    return new Map(values);
  }

  async endReading(names: readonly string[], signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.readers.delete(readerOf(names));
  }

  async *readVolume({ name }: CargoVolume, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    signal.throwIfAborted();
    await this.reading(signal);
    yield Buffer.from(this.contents.get(name) ?? "");
  }

  async writeSecret(
    { name, mark }: CargoSecret,
    value: Uint8Array,
    signal: AbortSignal,
  ): Promise<boolean> {
    signal.throwIfAborted();
    if (!this.#holdings.createSecret(name, value))
      return this.marked.get(`secret ${name}`) === mark;
    this.marked.set(`secret ${name}`, mark);
    return true;
  }

  async discard({ what, names, mark }: Carried, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const doomed = names.filter((name) => this.marked.get(`${what} ${name}`) === mark);
    for (const name of doomed) this.marked.delete(`${what} ${name}`);
    if (what === "secret") this.#holdings.removeSecrets(doomed);
    else this.#holdings.removeVolumes(doomed);
  }

  async marks(signal: AbortSignal): Promise<readonly Mark[]> {
    signal.throwIfAborted();
    return [...this.marked].map(([thing, mark]) => {
      const name = thing.slice(thing.indexOf(" ") + 1);
      return { what: thing.startsWith("secret ") ? "secret" : "volume", name, mark };
    });
  }

  async look(names: readonly string[], signal: AbortSignal): Promise<readonly FoundVolume[]> {
    signal.throwIfAborted();
    return this.#holdings.volumes
      .filter(({ name }) => names.includes(name))
      .map(({ name, node }) => ({ name, node, isPlain: !this.special.has(name) }));
  }

  async writeVolume(
    { name, mark }: CargoVolume & Marked,
    content: AsyncIterable<Uint8Array>,
    signal: AbortSignal,
  ): Promise<void> {
    signal.throwIfAborted();
    const parts: Uint8Array[] = [];
    for await (const part of content) parts.push(part);
    const isThere = this.#holdings.volumes.some((one) => one.name === name);
    if (isThere && this.marked.get(`volume ${name}`) !== mark) {
      const problem = "there is one of that name already";
      throw new Refusal({ kind: "step-failed", step: `make volume ${name}`, problem });
    }
    this.marked.set(`volume ${name}`, mark);
    this.contents.set(name, this.spoil(Buffer.concat(parts).toString()));
    this.#holdings.hold(name, this.#node);
  }

  async fingerprint({ name }: CargoVolume, signal: AbortSignal): Promise<string> {
    signal.throwIfAborted();
    return `print of ${this.contents.get(name) ?? ""}`;
  }
}

export function readerOf(names: readonly string[]): string {
  return names.toSorted().join(" ");
}
