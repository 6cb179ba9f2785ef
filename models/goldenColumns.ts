import type { ColumnType } from '../core/contractPlan.ts';
import type { GoldenRows } from '../core/modelPackage.ts';
import type { Plan } from '../core/plan.ts';

type Columns = GoldenRows['columns'];
type Value = number | string | boolean;

/**
 * The rows that prove a package wherever it is loaded: up to 61 of the rows given, evenly spread, and after them the
 * edges: keys that nothing knows, the last millisecond of a day, and the first of the next.
 */
export function goldenColumns(plan: Plan, raw: Columns, knownKeys: ReadonlySet<string>): Columns {
  const typeOf = new Map(plan.contract.columns.map((column) => [column.name, column.type]));
  const keyed = new Set(plan.features.flatMap((feature) => (hasKeys.has(feature.kind) ? [feature.column] : [])));
  return Object.fromEntries(
    Object.entries(raw).map(([name, values]) => {
      const type = typeOf.get(name) ?? 'string';
      return [name, [...spread(values, 61), ...edges(values[0] ?? 0, type, keyed.has(name), knownKeys)]];
    }),
  );
}

const hasKeys: ReadonlySet<string> = new Set(['category', 'recentRate']);

/** `count` of the values at even distances, the first among them; all of them if there are no more. */
function spread(values: readonly Value[], count: number): Value[] {
  if (values.length <= count) return [...values];
  return Array.from({ length: count }, (_, place) => values[Math.floor((place * values.length) / count)] ?? 0);
}

/** The column's value in each of the three edge rows; the first row's where the edge is none of its business. */
function edges(value: Value, type: ColumnType, keyed: boolean, known: ReadonlySet<string>): Value[] {
  if (keyed) return [unseen(value, known), value, value];
  if (type !== 'date' || typeof value !== 'number') return [value, value, value];
  const tomorrow = (Math.floor(value / dayMs) + 1) * dayMs;
  return [value, tomorrow - 1, tomorrow];
}

/** A value of the column's type that is no key anywhere; booleans have none to spare. */
function unseen(value: Value, known: ReadonlySet<string>): Value {
  if (typeof value === 'string') return firstUnknown((tries) => `unseen${'?'.repeat(tries)}`, known);
  return typeof value === 'number' ? firstUnknown((tries) => tries, known) : value;
}

function firstUnknown<T extends Value>(make: (tries: number) => T, known: ReadonlySet<string>): T {
  for (let tries = 0; ; tries += 1) {
    const made = make(tries);
    if (!known.has(String(made))) return made;
  }
}

const dayMs = 86_400_000;
