import { columnsRead } from '../core/columnsRead.ts';
import type { Encoders } from '../core/matrix.ts';
import type { GoldenRows, RawColumn } from '../core/modelPackage.ts';
import type { Plan } from '../core/plan.ts';
import { rawColumns } from '../features/rawColumns.ts';

/** So many of the golden rows, the first ones, are rows as they came; the edges follow. */
export const mostTestRows = 61;

type Columns = GoldenRows['columns'];
type Value = Columns[string][number];

/**
 * The rows that prove a package wherever it is loaded: up to 61 of the rows given, evenly spread, and after them the
 * edges: keys that nothing knows, the last millisecond of a day, and the first of the next; where there are any, the
 * value at a bucket's first cut and the one just below it, and a row in which all is missing that may be.
 */
export function goldenColumns(plan: Plan, encoders: Encoders, raw: Columns, knownKeys: ReadonlySet<string>): Columns {
  const rows = edges(plan, encoders, knownKeys);
  return Object.fromEntries(
    rawColumns(plan).map((column) => {
      const values = raw[column.name] ?? [];
      const first = values.find((value) => value !== null) ?? 0;
      return [column.name, [...spread(values, mostTestRows), ...rows.map((edge) => edge(column, first))]];
    }),
  );
}

/** `count` of the values at even distances, the first among them; all of them if there are no more. */
function spread(values: readonly Value[], count: number): Value[] {
  if (values.length <= count) return [...values];
  return Array.from({ length: count }, (_, place) => values[Math.floor((place * values.length) / count)] ?? null);
}

/** A column's value in an edge row: the one given where the edge is none of its business. */
type Edge = (column: RawColumn, value: NonNullable<Value>) => Value;

function edges(plan: Plan, encoders: Encoders, known: ReadonlySet<string>): Edge[] {
  const keyed = columnsOfKinds(plan, ['category', 'recentRate', 'recentCount']);
  const cutOf = new Map(columnsOfBuckets(plan).map(([column, name]) => [column, encoders.cuts?.[name]?.[0]]));
  const usual: Edge[] = [
    (column, value) => (keyed.has(column.name) ? unseen(column, value, known) : value),
    ({ type }, value) => (type === 'date' ? nextDay(value) - 1 : value),
    ({ type }, value) => (type === 'date' ? nextDay(value) : value),
  ];
  const atCut: Edge = ({ name, type }, value) => whole(cutOf.get(name), type) ?? value;
  const belowCut: Edge = ({ name, type }, value) => below(whole(cutOf.get(name), type)) ?? value;
  const missing: Edge = ({ type, nullable }, value) => (!nullable ? value : type === 'string' ? '' : null);
  const isNullable = rawColumns(plan).some(({ nullable }) => nullable);
  return [...usual, ...(cutOf.size === 0 ? [] : [atCut, belowCut]), ...(isNullable ? [missing] : [])];
}

function columnsOfKinds(plan: Plan, kinds: readonly string[]): ReadonlySet<string> {
  return new Set(plan.features.filter(({ kind }) => kinds.includes(kind)).flatMap(columnsRead));
}

/** Each with the name of its bucket. */
function columnsOfBuckets(plan: Plan): [column: string, name: string][] {
  return plan.features.flatMap((feature) => (feature.kind === 'bucket' ? [[feature.column, feature.name]] : []));
}

/** Of whole numbers the first one that is not below the cut. */
function whole(cut: number | undefined, type: RawColumn['type']): number | undefined {
  return cut !== undefined && type === 'int' ? Math.ceil(cut) : cut;
}

/** One less: below the cut, for whole numbers just so. */
function below(cut: number | undefined): number | undefined {
  return cut === undefined ? undefined : cut - 1;
}

function nextDay(value: NonNullable<Value>): number {
  return (Math.floor(Number(value) / dayMs) + 1) * dayMs;
}

/** A value of the column's type that is no key anywhere; booleans have none to spare. */
function unseen({ type }: RawColumn, value: NonNullable<Value>, known: ReadonlySet<string>): Value {
  if (type === 'boolean') return value;
  if (typeof value === 'string') return firstUnknown((tries) => `unseen${'?'.repeat(tries)}`, known);
  return typeof value === 'number' ? firstUnknown((tries) => tries, known) : value;
}

function firstUnknown<T extends NonNullable<Value>>(make: (tries: number) => T, known: ReadonlySet<string>): T {
  for (let tries = 0; ; tries += 1) {
    const made = make(tries);
    if (!known.has(String(made))) return made;
  }
}

const dayMs = 86_400_000;
