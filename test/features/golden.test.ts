import { expect, test } from 'vitest';
import type { HourTable } from '../../core/matrix.ts';
import { hourStart } from '../../core/time.ts';
import { buildMatrix, matrixVersion } from '../../features/buildMatrix.ts';
import { buildTables } from '../../features/buildTables.ts';
import { featureKinds } from '../../features/featureKinds.ts';
import { fitEncoders } from '../../features/fitEncoders.ts';
import { encodeModel } from '../../models/onnx/encodeModel.ts';
import { digestOf, digestOfValue } from '../../storage/digest.ts';
import { type FlightRow, flightPlan, freeze, openBench } from './flights.ts';
import { oddFeatures } from './oddFeatures.ts';
import { oddPlan, oddRows, oddTypes } from './oddRows.ts';
import { partGraph } from './partGraph.ts';

/** Cached parts outlive the code that made them: what changes their bytes must raise the version of its kind, or matrixVersion. */
test('the bytes of tables and matrix parts belong to their versions', async () => {
  const bench = await openBench();
  try {
    const snapshot = await freeze(bench.ports, smallFlights(), '2001-03-01T00', '2001-03-02T00');
    const hour = '2001-03-01T18';
    const tables = await buildTables(bench.ports, flightPlan(), snapshot, [hour]);
    const [part] = await buildMatrix(bench.ports, flightPlan(), snapshot, [hour], { tablesOlderByHours: 0 });
    const kinds = Object.entries(featureKinds).map(([kind, { version }]) => [kind, version]);
    expect({
      matrixVersion,
      ...Object.fromEntries(kinds),
      table: tables.get(hour)?.object,
      part: part?.object,
    }).toEqual({
      matrixVersion: 1,
      number: 1,
      category: 1,
      cyclic: 1,
      recentRate: 1,
      ratio: 1,
      difference: 1,
      daysBetween: 1,
      textLength: 1,
      bucket: 1,
      recentCount: 1,
      table: 'e0fbb51351b063682d7d2e4283bce89f2946e8ca415d6be69917666bae36fe4d',
      part: '2e0641ffe5392688f9ae04d03219687473283135abfa1ef54f5cf985f32f9e59',
    });
    expect(part?.rows).toBe(12);
  } finally {
    await bench.close();
  }
});

test('and so do those of every kind, over borders and nulls, and its graph', async () => {
  const bench = await openBench();
  try {
    const [from, hour, to] = ['2001-03-01T00', '2001-03-01T18', '2001-03-02T00'];
    const rows = oddRows(1_000, hourStart(from), hourStart(to), 3);
    const [snapshot, plan] = [await freeze(bench.ports, rows, from, to, oddTypes), oddPlan(oddFeatures)];
    const [part] = await buildMatrix(bench.ports, plan, snapshot, [hour], { tablesOlderByHours: 0 });
    const encoders = fitEncoders(plan, part === undefined ? [] : [part]);
    const table: HourTable = { memberLately: { keys: ['', 'true'], positives: [1, 2], totals: [3, 4] } };
    const graphs = plan.features.map((feature) => digestOf(encodeModel(partGraph(plan, feature, encoders, table))));
    expect({
      part: part?.object,
      encoders: digestOfValue(encoders),
      graphs: digestOfValue(graphs),
    }).toMatchInlineSnapshot(`
      {
        "encoders": "a7caa0a048b8dceb8a39b28719e2f14810f23c4448cc9f31ad714dc356caddd8",
        "graphs": "169d073104b44cf94dce1dc47c3e6cada1bcf1fb08dd0c36b495fea2cdf1e524",
        "part": "3dfe4bbfe0229e45b7f57a737a7b7f0ef3c6ade87480ebb071c5f4c18e73adae",
      }
    `);
  } finally {
    await bench.close();
  }
});

/** Twelve flights an hour, without chance. */
function smallFlights(): FlightRow[] {
  return Array.from({ length: 24 * 12 }, (_, at) => ({
    date: hourStart('2001-03-01T00') + at * 300_000,
    delay: (at * 37) % 60,
    distance: 200 + ((at * 131) % 1_500),
    origin: `A${at % 7}`,
    destination: `B${at % 5}`,
    weekend: at % 2 === 0,
  }));
}
