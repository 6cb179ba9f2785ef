/**
 * Works on items with at most `limit` at once; the results lie in the order of the items. A source is asked for its next
 * item only when a hand is free for it, so that it does not run ahead and fill the memory. The first error ends it all.
 */
export async function concurrently<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  limit: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const source = numbered(items);
  const hand = async (): Promise<void> => {
    for (let next = await source.next(); next.done !== true; next = await source.next()) {
      const [at, item] = next.value;
      results[at] = await work(item);
    }
  };
  try {
    await Promise.all(Array.from({ length: limit }, hand));
  } finally {
    await source.return();
  }
  return results;
}

async function* numbered<T>(items: Iterable<T> | AsyncIterable<T>): AsyncGenerator<[number, T], void, undefined> {
  let at = 0;
  for await (const item of items) {
    yield [at, item];
    at += 1;
  }
}

/** Reads and writes of the store that are under way at once: its round trips overlap, its memory stays bounded. */
export const storeHands = 16;
