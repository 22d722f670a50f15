// Hides secrets in the lines of a log, also those that go over many lines.

const HEAD = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/;
const TAIL = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/;
const BODY = /^[A-Za-z0-9+/=]{16,80}\s{0,4}$/;
const HIDDEN = "[private key ****]";

/** Lines of one writer in their order, each masked; a private key is hidden from its first line to its last, or to the end. */
export function maskLines(
  lines: readonly string[],
  mask: (text: string) => string,
): readonly string[] {
  const hidden = keyLines(lines);
  return lines.map((line, at) => (hidden.has(at) ? HIDDEN : mask(line)));
}

function keyLines(lines: readonly string[]): ReadonlySet<number> {
  const found = new Set<number>();
  let isInKey = false;
  for (const [at, line] of lines.entries()) {
    const isTail = TAIL.test(line);
    isInKey ||= HEAD.test(line);
    if (isInKey || isTail) found.add(at);
    // Its head was cut off.
    if (isTail && !isInKey)
      for (let body = at - 1; BODY.test(lines[body] ?? ""); body -= 1) found.add(body);
    if (isTail) isInKey = false;
  }
  return found;
}

/** Long enough that hardly anything but a key's body looks like it. */
const FULL_BODY = /^[A-Za-z0-9+/=]{60,80}\s{0,4}$/;

/** The same for the lines of one writer as they come: what a later line would tell of an earlier one is not known yet. */
export class RunningMask {
  readonly #mask: (text: string) => string;
  /** `unknown`: a key's head may have come before the first line. */
  #place: "unknown" | "outside" | "inside" = "unknown";

  constructor(mask: (text: string) => string) {
    this.#mask = mask;
  }

  line(text: string): string {
    if (this.#place === "unknown" && !FULL_BODY.test(text)) this.#place = "outside";
    if (HEAD.test(text)) this.#place = "inside";
    const isHidden = this.#place !== "outside" || TAIL.test(text);
    if (TAIL.test(text)) this.#place = "outside";
    return isHidden ? HIDDEN : this.#mask(text);
  }
}
