import { randomUUID } from 'node:crypto';
import type { ColumnPlan, ColumnType, ContractPlan } from '../../core/contractPlan.ts';
import type { ColumnSketch, Counted, RowsSketch } from '../../core/sketches/columnSketch.ts';
import { inOrder } from '../../core/sketches/mergedValues.ts';
import { sketchOfCounts } from '../../core/sketches/sketchOfCounts.ts';
import { concurrently } from '../../storage/concurrently.ts';
import type { DataPorts } from '../dataPorts.ts';
import type { JudgedTable } from './judgedTable.ts';
import { type Binned, binned, bins, binsOfValues, numbersOf } from './sketchBins.ts';
import { countedValues, sampledValues, valuesByHour, wideHours } from './sketchValues.ts';

/** The sketch of an hour's clean rows, by the hour's start, milliseconds UTC. */
export type PartitionSketches = (start: number) => RowsSketch;

/**
 * Sketches the clean rows of all hours at once: a few statements per column, however many hours. What they give is held
 * as text, and made a sketch when it is asked for.
 */
export async function sketchPartitions(
  ports: Pick<DataPorts, 'database'>,
  contract: ContractPlan,
  table: Pick<JudgedTable, 'cleanValues'>,
): Promise<PartitionSketches> {
  const columns = await concurrently(contract.columns.entries(), ports.database.mostBeside, async ([k, column]) => {
    return { name: column.name, sketchOf: await columnSketches(ports, column, table.cleanValues(k)) };
  });
  return (start) => {
    const found = columns.flatMap(({ name, sketchOf }) => {
      const sketch = sketchOf(start);
      return sketch === undefined ? [] : [[name, sketch] as const];
    });
    return { format: 1, rows: found[0]?.[1].rows ?? 0, columns: Object.fromEntries(found) };
  };
}

type ColumnSketches = (start: number) => ColumnSketch | undefined;
type CountedType = Exclude<ColumnType, 'number' | 'date'>;

async function columnSketches(
  { database }: Pick<DataPorts, 'database'>,
  { type }: ColumnPlan,
  values: string,
): Promise<ColumnSketches> {
  if (type !== 'number' && type !== 'date') return countedSketches({ database }, type, values);
  const hours = byStart(await database.rowsBeside<Binned>(binned(bins(type, values))));
  return (start) => {
    const hour = hours.get(start);
    if (hour === undefined) return undefined;
    return { type, rows: hour.rows, nulls: hour.nulls, numbers: numbersOf(type, hour), values: null };
  };
}

/** An hour in which all values are kept: everything is made of them. */
interface Narrow {
  readonly start: number;
  readonly nulls: number;
  readonly counts: string | null;
}

interface Wide extends Narrow {
  readonly rows: number;
  readonly frequent: string | null;
}

async function countedSketches(
  { database }: Pick<DataPorts, 'database'>,
  type: CountedType,
  values: string,
): Promise<ColumnSketches> {
  const name = `values_${randomUUID().replaceAll('-', '')}`;
  try {
    await database.runBeside(`CREATE TABLE ${name} AS ${valuesByHour(type, values)}`);
    const narrow = byStart(await database.rowsBeside<Narrow>(countedValues(name)));
    const isAnyWide = (await database.rowsBeside(`${wideHours(name)} LIMIT 1`)).length > 0;
    const wide = byStart(isAnyWide ? await database.rowsBeside<Wide>(sampledValues(name)) : []);
    const numbers = isAnyWide && type === 'int' ? await database.rowsBeside<Binned>(binned(binsOfValues(name))) : [];
    const numbersByStart = byStart(numbers);
    return (start) => {
      const [all, some] = [narrow.get(start), wide.get(start)];
      if (all !== undefined) return sketchOfCounts(type, all.nulls, listed(all.counts));
      return some === undefined ? undefined : wideSketch(type, some, numbersByStart.get(start));
    };
  } finally {
    await database.runBeside(`DROP TABLE IF EXISTS ${name}`);
  }
}

function wideSketch(type: CountedType, { rows, nulls, counts, frequent }: Wide, numbers?: Binned): ColumnSketch {
  return {
    type,
    rows,
    nulls,
    numbers: numbers === undefined ? null : numbersOf(type, numbers),
    values: { counts: inOrder(type, listed(counts)), isComplete: false, frequent: inOrder(type, listed(frequent)) },
  };
}

function listed(text: string | null): Counted<string>[] {
  if (text === null) return [];
  const { v, n } = JSON.parse(text) as { readonly v: readonly string[] | null; readonly n: readonly number[] | null };
  return (v ?? []).map((value, at) => [value, n?.[at] ?? 0]);
}

function byStart<T extends { readonly start: number }>(hours: readonly T[]): ReadonlyMap<number, T> {
  return new Map(hours.map((hour) => [hour.start, hour]));
}
