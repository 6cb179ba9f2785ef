import type { StoreGraph } from './storeGraph.ts';

/**
 * Keys in levels: what names something lies in an earlier level than what it names. Ids are digests, so nothing names
 * itself in a circle; the files of one trial or partition name each other, and any of them may come first.
 */
export async function referrersFirst(graph: StoreGraph, keys: readonly string[]): Promise<string[][]> {
  const wanted = new Set(keys);
  const below = new Map<string, readonly string[]>();
  for (const key of keys) {
    const { follow, hold } = await graph.referencesOf(key);
    const named = [...follow, ...hold].flatMap(graph.keysOf);
    below.set(
      key,
      named.filter((one) => wanted.has(one)),
    );
  }
  const order = postOrder(keys, below).reverse();
  const place = new Map(order.map((key, at) => [key, at]));
  const levelOf = new Map<string, number>();
  for (const key of order) {
    const level = levelOf.get(key) ?? 0;
    levelOf.set(key, level);
    const later = below.get(key)?.filter((one) => (place.get(one) ?? 0) > (place.get(key) ?? 0)) ?? [];
    for (const one of later) levelOf.set(one, Math.max(levelOf.get(one) ?? 0, level + 1));
  }
  const levels = Map.groupBy(order, (key) => levelOf.get(key) ?? 0);
  return [...levels].sort(([a], [b]) => a - b).map(([, own]) => own);
}

/** Each key once, after all that it names. Without recursion: a chain may be long. */
function postOrder(keys: readonly string[], below: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const begun = new Set<string>();
  for (const key of keys) {
    const stack = [key];
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const next = begun.has(top) ? [] : (below.get(top)?.filter((one) => !begun.has(one)) ?? []);
      begun.add(top);
      if (next.length > 0) stack.push(...next);
      else done.add(stack.pop() ?? top);
    }
  }
  return [...done];
}
