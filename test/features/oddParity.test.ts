import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Encoders, HourTable } from '../../core/matrix.ts';
import type { Plan } from '../../core/plan.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import { hourStart, hoursBetween } from '../../core/time.ts';
import { buildMatrix } from '../../features/buildMatrix.ts';
import { buildTables } from '../../features/buildTables.ts';
import { featureKinds } from '../../features/featureKinds.ts';
import { fitEncoders } from '../../features/fitEncoders.ts';
import { loadMatrix } from '../../features/loadMatrix.ts';
import { type ParityRows, parityRows } from '../../features/parityRows.ts';
import { getObjectJson } from '../../storage/objects.ts';
import { type Bench, freeze, openBench } from './flights.ts';
import { oddFeatures } from './oddFeatures.ts';
import { oddPlan, oddRows, oddTypes } from './oddRows.ts';
import { inGraph } from './partGraph.ts';

const [from, asOf] = ['2001-03-01T00', '2001-03-02T00'];
const train = hoursBetween(hourStart('2001-03-01T05'), hourStart('2001-03-01T14'));
const judged = hoursBetween(hourStart('2001-03-01T14'), hourStart(asOf));
let bench: Bench;
let snapshot: Snapshot;

beforeAll(async () => {
  bench = await openBench();
  const rows = oddRows(2_000, hourStart(from), hourStart(asOf), 5);
  snapshot = await freeze(bench.ports, rows, from, asOf, oddTypes);
});
afterAll(() => bench.close());

describe('SQL and ONNX agree on borders, nulls and odd texts', () => {
  test.each(oddFeatures)('for $kind, named $name', async (feature) => {
    const plan = oddPlan([feature]);
    const { sql, encoders, table } = await featurized(plan);
    const { dims, values } = await inGraph(plan, feature, sql, encoders, table);
    const width = featureKinds[feature.kind].numericColumns(feature).length;
    expect(dims).toEqual(width === 0 ? [sql.rows] : [sql.rows, width]);
    const expected = width === 0 ? [...sql.categories] : [...sql.numeric];
    expect(new Set(expected).size).toBeGreaterThan(1);
    expect(values.filter((value, at) => !isSame(value, expected[at]))).toEqual([]);
  });

  test('and a loaded matrix has the same columns', async () => {
    const plan = oddPlan(oddFeatures);
    const parts = await buildMatrix(bench.ports, plan, snapshot, judged, { tablesOlderByHours: 0 });
    const { encoders } = await featurized(plan);
    const loaded = await loadMatrix(bench.ports.store, parts, encoders, asOf);
    const alone = await parityRows(bench.ports, plan, snapshot, encoders, judged.slice(0, 1), '2001-03-01T14', 1e6, 1);
    const first = loaded.hours.findIndex((hour) => hour > 0);
    expect(alone.rows).toBe(first);
    expect([...loaded.numeric.slice(0, first * loaded.width)]).toEqual([...alone.numeric]);
    expect([...loaded.categories.slice(0, first * loaded.categoryCount)]).toEqual([...alone.categories]);
  });
});

interface Featurized {
  readonly sql: ParityRows;
  readonly encoders: Encoders;
  readonly table: HourTable;
}

async function featurized(plan: Plan): Promise<Featurized> {
  const encoders = fitEncoders(plan, await buildMatrix(bench.ports, plan, snapshot, train, { tablesOlderByHours: 0 }));
  const sql = await parityRows(bench.ports, plan, snapshot, encoders, judged, asOf, 1_000, 7);
  const reference = (await buildTables(bench.ports, plan, snapshot, [asOf])).get(asOf);
  return { sql, encoders, table: await getObjectJson<HourTable>(bench.ports.store, reference?.object ?? '') };
}

/** Within a millionth, of large values of themselves; missing is the same as missing. */
function isSame(came: number, expected = Number.POSITIVE_INFINITY): boolean {
  if (Number.isNaN(expected)) return Number.isNaN(came);
  return Math.abs(came - expected) <= 1e-6 * Math.max(1, Math.abs(expected));
}
