import { setImmediate } from 'node:timers/promises';
import type { Scorer, ScorerColumn, ScorerColumns } from './scorer.ts';

/** Most rows of a call that waits for others: what is larger gains nothing by company. */
const mostRowsOfCall = 16;

/** Most rows scored together, so that none waits longer for the ones before it than they take (some 0.1 ms). */
const mostRowsTogether = 256;

/**
 * Scores small calls that come in one turn of the event loop together at its end, but for the first: onnxruntime takes 256 rows in
 * little more time than one. A call that comes alone never waits. Where a batch fails, each of its calls is scored alone, so
 * that one caller's error is nobody else's. Releasing it waits for the calls that wait, and releases the reference.
 */
export function batchingScorer(reference: Scorer): Scorer {
  const waiting: Call[] = [];
  let underWay: Promise<void> | undefined;
  const work = async (): Promise<void> => {
    while (waiting.length > 0) await scoreTogether(reference, taken(waiting));
    underWay = undefined;
  };
  return {
    kind: reference.kind,
    inputs: reference.inputs,
    score(columns) {
      if (columns.rows > mostRowsOfCall) return reference.score(columns);
      if (underWay === undefined) {
        underWay = setImmediate().then(work);
        return reference.score(columns);
      }
      if (!isPlain(reference, columns)) return reference.score(columns);
      const call = { columns, ...Promise.withResolvers<Float32Array>() };
      waiting.push(call);
      return call.promise;
    },
    ...(reference.scoreNow === undefined ? {} : { scoreNow: reference.scoreNow }),
    async release() {
      await underWay;
      await reference.release();
    },
  };
}

interface Call extends PromiseWithResolvers<Float32Array> {
  readonly columns: ScorerColumns;
}

/** Whether its columns can be set beside another's: exactly the inputs, as lists of the right length. */
function isPlain({ inputs }: Scorer, { rows, columns }: ScorerColumns): boolean {
  let count = 0;
  for (const _ in columns) count += 1;
  const fits = ({ name }: Scorer['inputs'][number]): boolean =>
    Array.isArray(columns[name]) && columns[name].length === rows;
  return rows > 0 && count === inputs.length && inputs.every(fits);
}

/** The first calls that wait, up to so many rows. */
function taken(waiting: Call[]): Call[] {
  let [calls, rows] = [0, 0];
  for (const { columns } of waiting) {
    rows += columns.rows;
    if (calls > 0 && rows > mostRowsTogether) break;
    calls += 1;
  }
  return waiting.splice(0, calls);
}

async function scoreTogether(reference: Scorer, calls: readonly Call[]): Promise<void> {
  const [first] = calls;
  if (calls.length === 1 && first !== undefined) return settle(first, reference.score(first.columns));
  try {
    const scores = await reference.score(joined(reference, calls));
    let from = 0;
    for (const { columns, resolve } of calls) {
      resolve(scores.slice(from, from + columns.rows));
      from += columns.rows;
    }
  } catch {
    // One of them is at fault, and hears of it when it is scored alone.
    await Promise.all(calls.map((call) => settle(call, reference.score(call.columns))));
  }
}

function settle({ resolve, reject }: Call, scores: Promise<Float32Array>): Promise<void> {
  return scores.then(resolve, reject);
}

function joined({ inputs }: Scorer, calls: readonly Call[]): ScorerColumns {
  const columns: Record<string, ScorerColumn> = {};
  for (const { name } of inputs) {
    const values: (number | string | boolean | bigint)[] = [];
    for (const call of calls) for (const value of call.columns.columns[name] ?? []) values.push(value);
    columns[name] = values;
  }
  return { rows: calls.reduce((sum, call) => sum + call.columns.rows, 0), columns };
}
