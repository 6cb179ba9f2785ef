import { WhetError } from '../core/errors.ts';
import type { Encoders, HourTable, RateTable } from '../core/matrix.ts';
import type { ModelPackage } from '../core/modelPackage.ts';
import type { Plan } from '../core/plan.ts';
import type { Snapshot } from '../core/snapshot.ts';
import type { RunWindow } from '../core/window.ts';
import type { DataPorts } from '../datasets/dataPorts.ts';
import { textsOfKey } from '../features/compoundKey.ts';
import { parityRows } from '../features/parityRows.ts';
import { goldenColumns } from './goldenColumns.ts';
import { checkParity, rowText, scorerColumns } from './scorers/goldenRows.ts';
import type { NetworkScorer } from './scorers/networkScorer.ts';
import type { Scorer } from './scorers/scorer.ts';

/** Both graphs of a package, opened, and what is in them. */
export interface Proof {
  readonly network: NetworkScorer;
  readonly model: Scorer;
  readonly threshold: number;
  readonly table: HourTable;
}

/** Where the rows are that the graphs are proven on. */
export interface ProvenOn {
  readonly plan: Plan;
  readonly snapshot: Snapshot;
  readonly window: RunWindow;
}

/** How many random test rows must agree between the two graphs. */
const parityCount = 10_000;

/**
 * Features by SQL with the table of `asOf` through `network.onnx`, against the raw columns through `model.onnx`. Golden
 * rows are some of these rows.
 */
export async function provenRows(
  ports: DataPorts,
  { plan, snapshot, window }: ProvenOn,
  encoders: Encoders,
  proof: Proof,
): Promise<ModelPackage['golden']> {
  const rows = await parityRows(
    ports,
    plan,
    snapshot,
    encoders,
    window.test,
    window.asOf,
    parityCount,
    plan.search.seed,
  );
  if (rows.rows === 0) throw noRows('test', window.test.length);
  const expected = await proof.network.score({
    ...rows,
    width: encoders.columns.numeric.length,
    categoryNames: encoders.columns.categories,
  });
  const came = await proof.model.score({ rows: rows.rows, columns: scorerColumns(rows.raw) });
  checkParity(expected, came, proof.threshold, (row) => `test row ${rowText(rows.raw, row)} by model.onnx`);
  const columns = goldenColumns(plan, encoders, rows.raw, knownKeys(encoders, proof.table));
  const count = Object.values(columns)[0]?.length ?? 0;
  return { columns, scores: Array.from(await proof.model.score({ rows: count, columns: scorerColumns(columns) })) };
}

/** Every value that some category or table knows. */
function knownKeys(encoders: Encoders, table: HourTable): ReadonlySet<string> {
  return new Set([...encoders.vocabularies, ...Object.values(table).map(textsOf)].flat());
}

/** Of a key of several parts each of its texts. */
function textsOf({ keys }: RateTable): string[] {
  return keys.flatMap(textsOfKey);
}

/** The error for a window in which nothing settled. */
export function noRows(kind: string, hours: number): WhetError {
  const expected = `${kind} rows with a settled label`;
  return new WhetError('package.no-rows', { expected, came: `none in ${hours} hours` });
}
