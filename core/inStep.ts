/**
 * Finds items by their names among some that lie in the order of their names. Asked in that order too, one walk along
 * them finds all, without a table of thousands being made for each run; asked for an earlier name it begins anew.
 */
export function inStep<T>(items: readonly T[], nameOf: (item: T) => string): (name: string) => T | undefined {
  let [at, before] = [0, ''];
  return (name) => {
    if (name < before) at = 0;
    before = name;
    for (; at < items.length; at += 1) {
      const item = items[at] as T;
      const own = nameOf(item);
      if (own === name) return item;
      if (own > name) return undefined;
    }
    return undefined;
  };
}
