// Does many things, so many at once and no more.

/** The results in the order of the items. The first that throws ends it, once those under way are over. */
export async function abreast<Item, Result>(
  items: readonly Item[],
  most: number,
  act: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results = new Map<number, Result>();
  const left = items.entries();
  const lane = async (): Promise<void> => {
    for (const [index, item] of left) results.set(index, await act(item));
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, lane));
  return items.flatMap((_item, index) => {
    const result = results.get(index);
    return result === undefined ? [] : [result];
  });
}
