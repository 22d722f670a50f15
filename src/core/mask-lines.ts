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
