/** A place in two JSON values that differs; undefined where one has nothing there. */
export interface Difference {
  /** Such as `search.learners[0].l2`. */
  readonly path: string;
  readonly a: unknown;
  readonly b: unknown;
}

/** Every place in which two JSON values differ, as deep as can be, in the order of the first one's fields. */
export function differences(a: unknown, b: unknown, path = ''): Difference[] {
  if (Object.is(a, b)) return [];
  if (!isHolder(a) || !isHolder(b) || Array.isArray(a) !== Array.isArray(b)) return [{ path, a, b }];
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return names.flatMap((name) => differences(a[name], b[name], pathTo(path, name, Array.isArray(a))));
}

function isHolder(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function pathTo(path: string, name: string, isList: boolean): string {
  if (isList) return `${path}[${name}]`;
  return path === '' ? name : `${path}.${name}`;
}
