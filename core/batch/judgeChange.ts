import type { DriftMeasure, DriftPlan, NewValuesPlan } from '../batchRulePlan.ts';
import type { ColumnSketch, RowsSketch, ValueSketch } from '../sketches/columnSketch.ts';
import { driftCells } from '../sketches/driftCells.ts';
import { jensenShannon } from '../sketches/jensenShannon.ts';
import { kolmogorovSmirnov } from '../sketches/kolmogorovSmirnov.ts';
import { md5 } from '../sketches/md5.ts';
import { psi } from '../sketches/psi.ts';
import type { Judged } from './batchFinding.ts';
import { count, measured } from './numberText.ts';

/** How far the newest rows of a column are from those before; too few rows on a side would look like drift. */
export function judgeDrift({ column, by, atMost }: DriftPlan, before: RowsSketch, newest: RowsSketch): Judged {
  const [reference, current] = [before.columns[column], newest.columns[column]];
  const rows = `${count(current?.rows ?? 0)} rows against ${count(reference?.rows ?? 0)}`;
  const few: Judged = { outcome: 'too little to say', value: rows };
  if (reference === undefined || current === undefined) return few;
  if (Math.min(reference.rows, current.rows) < fewestRows(by, reference, current)) return few;
  const found = measures[by](reference, current);
  if (found === undefined) return few;
  return { outcome: found <= atMost ? 'passed' : 'broken', value: `${measured(found)} (${rows})` };
}

/**
 * Values of the newest rows that the rows before have not. Where the sketch has not all values, it is judged by the same
 * sample of both: what is found there is new, and there may be more.
 */
export function judgeNewValues({ column, atMost }: NewValuesPlan, before: RowsSketch, newest: RowsSketch): Judged {
  const [old, now] = [before.columns[column]?.values, newest.columns[column]?.values];
  if (old == null || now == null) return { outcome: 'too little to say', value: 'no rows to compare' };
  const fresh = newValues(old, now);
  const shown = fresh.slice(0, mostShown).join(', ');
  const more = fresh.length > mostShown ? ', …' : '';
  const sampled = old.isComplete && now.isComplete ? '' : ' of a sample of the values';
  const value = `${count(fresh.length)}${sampled}${shown === '' ? '' : `: ${shown}${more}`}`;
  return { outcome: fresh.length <= atMost ? 'passed' : 'broken', value };
}

const measures: Readonly<Record<DriftMeasure, typeof psi>> = { psi, jensenShannon, kolmogorovSmirnov };

/** Values that a message names. */
const mostShown = 5;

/** With 50 rows a cell, PSI of rows without drift is 0.04 on average; with 500, the other is below 0.09 in 95 % of cases. */
function fewestRows(by: DriftMeasure, reference: ColumnSketch, current: ColumnSketch): number {
  if (by === 'kolmogorovSmirnov') return 500;
  return 50 * (driftCells(reference, current)?.reference.length ?? 1);
}

/** Below the largest digest that a sample has, it has every value. */
function newValues(old: ValueSketch, now: ValueSketch): string[] {
  const known = new Set(old.counts.map(([value]) => value));
  const unknown = now.counts.map(([value]) => value).filter((value) => !known.has(value));
  if (old.isComplete) return unknown;
  const last =
    old.counts
      .map(([value]) => md5(value))
      .sort()
      .at(-1) ?? '';
  return unknown.filter((value) => md5(value) < last);
}
