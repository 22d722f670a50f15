// One spelling for data that means the same: keys sorted, nothing absent written.

/** JSON whose text does not depend on the order in which keys were set. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    isRecord(inner) ? sortedKeys(inner) : inner,
  );
}

/** Each different thing once, in an order that depends on the things alone. */
export function sortedOnce<Thing>(things: readonly Thing[]): readonly Thing[] {
  const byText = new Map(things.map((thing) => [canonicalJson(thing), thing]));
  return [...byText].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, thing]) => thing);
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function sortedKeys(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
