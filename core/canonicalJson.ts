/** JSON with sorted keys and no spaces: the same value gives the same text, so that its digest is its identity. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value));
}

/** The value itself where it is sorted: what was read from canonical JSON is not built anew. */
function sorted(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return sortedList(value);
  return isPlain(value) ? sortedFields(value) : rebuilt(value);
}

function sortedList(list: readonly unknown[]): readonly unknown[] {
  let copy: unknown[] | undefined;
  for (let at = 0; at < list.length; at += 1) {
    const held = list[at];
    // Of texts and numbers by the thousand.
    if (typeof held !== 'object') continue;
    const item = sorted(held);
    if (item === held) continue;
    copy ??= list.slice();
    copy[at] = item;
  }
  return copy ?? list;
}

function sortedFields(value: Record<string, unknown>): unknown {
  let before: string | undefined;
  for (const key of Object.keys(value)) {
    const held = value[key];
    if (held === undefined || sorted(held) !== held || (before !== undefined && key < before)) return rebuilt(value);
    before = key;
  }
  return value;
}

function rebuilt(value: object): unknown {
  const entries = Object.entries(value).filter(([, held]) => held !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(entries.map(([key, held]) => [key, sorted(held)]));
}

function isPlain(value: object): value is Record<string, unknown> {
  return Object.getPrototypeOf(value) === Object.prototype;
}
