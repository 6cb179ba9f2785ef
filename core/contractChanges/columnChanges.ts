import { canonicalJson } from '../canonicalJson.ts';
import type { ColumnPlan } from '../contractPlan.ts';
import { type ContractChange, loosened, major, minor, tightened } from './changeLevel.ts';
import { checkChanges } from './checkChanges.ts';

/** Differences of the columns, in the order of the older contract, new columns last. Their order alone says nothing. */
export function columnChanges(before: readonly ColumnPlan[], after: readonly ColumnPlan[]): ContractChange[] {
  const [gone, added] = [missingIn(after, before), missingIn(before, after)];
  const renamed = gone.flatMap((from) => {
    const to = added.find((one) => isSameButName(from, one));
    return to === undefined || added.filter((one) => isSameButName(from, one)).length > 1 ? [] : [{ from, to }];
  });
  const isRenamed = (column: ColumnPlan): boolean => renamed.some(({ from, to }) => column === from || column === to);
  return [
    ...renamed.map(({ from, to }) => major(`column '${from.name}' -> '${to.name}'`, 'it seems to have a new name')),
    ...gone.filter((column) => !isRenamed(column)).map(({ name }) => major(`column '${name}' is gone`, whoReads)),
    ...before.flatMap((column) => {
      const now = after.find(({ name }) => name === column.name);
      return now === undefined ? [] : changesOf(column, now);
    }),
    ...added.filter((column) => !isRenamed(column)).map(addedColumn),
  ];
}

const whoReads = 'who reads it finds nothing';

function missingIn(held: readonly ColumnPlan[], wanted: readonly ColumnPlan[]): ColumnPlan[] {
  return wanted.filter(({ name }) => !held.some((column) => column.name === name));
}

function isSameButName(from: ColumnPlan, to: ColumnPlan): boolean {
  return canonicalJson({ ...from, name: '' }) === canonicalJson({ ...to, name: '' });
}

function addedColumn({ name, nullable }: ColumnPlan): ContractChange {
  return nullable
    ? minor(`column '${name}' is new, and may be null`, 'rows have more than they had')
    : major(`column '${name}' is new, and must not be null`, 'sources that do not have it are refused');
}

function changesOf(before: ColumnPlan, after: ColumnPlan): ContractChange[] {
  const place = `column '${before.name}'`;
  if (before.type !== after.type) return [major(`${place}: ${before.type} -> ${after.type}`, 'its values are others')];
  return [
    ...nullChanges(place, before, after),
    ...readingChanges(place, before, after),
    ...checkChanges(place, before, after),
  ];
}

function nullChanges(place: string, before: ColumnPlan, after: ColumnPlan): ContractChange[] {
  if (before.nullable === after.nullable) return [];
  return [after.nullable ? loosened(`${place} may be null`) : tightened(`${place} must not be null any more`)];
}

/** What else a column says than its name, type, nulls and checks: how its values are read. */
function readingChanges(place: string, before: ColumnPlan, after: ColumnPlan): ContractChange[] {
  const [from, to] = [before, after].map(({ name: _, type: __, nullable: ___, checks: ____, ...reading }) =>
    canonicalJson(reading),
  );
  return from === to ? [] : [major(`${place}: ${from} -> ${to}`, 'its values are read otherwise')];
}
