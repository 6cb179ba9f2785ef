import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BatchRulePlan } from '../../core/batchRulePlan.ts';
import { batchFindings } from '../../core/batchRules.ts';
import type { ContractPlan } from '../../core/contractPlan.ts';
import type { RowsSketch } from '../../core/sketches/columnSketch.ts';
import { mergedSketch } from '../../core/sketches/mergedSketch.ts';
import { hourMs, hourOf } from '../../core/time.ts';
import type { DataPorts } from '../../datasets/dataPorts.ts';
import { sketchesOfParts } from '../../datasets/partitions/sketchesOfParts.ts';
import { type ValidatedPartitions, validatePartitions } from '../../datasets/partitions/validatePartitions.ts';
import { windowSketches } from '../../datasets/partitions/windowSketches.ts';
import { freezeSnapshot } from '../../datasets/snapshots/freezeSnapshot.ts';
import { snapshotSketches } from '../../datasets/snapshots/snapshotSketches.ts';
import { indexSource } from '../../datasets/sources/indexSource.ts';
import { getObjectJson } from '../../storage/objects.ts';
import { failure, flights, openWorkbench, type Workbench } from './workbench.ts';

const hours = Array.from({ length: 60 }, (_, at) => hourOf(Date.UTC(2001, 0, 1, 20) + at * hourMs));
let bench: Workbench;
let ports: DataPorts;
let contract: ContractPlan;
let found: ValidatedPartitions;

/** 60 hours of ten flights: whole days 2 and 3, some hours of 1 and 4; one hour without rows; one bad row. */
beforeAll(async () => {
  bench = await openWorkbench();
  await bench.database.run(`COPY (SELECT TIMESTAMP '2001-01-01 20:00:00' + INTERVAL (i // 10) HOUR + INTERVAL (i % 10) MINUTE AS date,
    CASE WHEN i = 5 THEN 9999 ELSE i % 10 - 5 END AS delay, 100 + i AS distance, 'AA' || (i // 10 // 50) AS origin,
    'BBB' AS destination FROM range(600) AS t(i) WHERE i // 10 <> 30) TO '${bench.folder}/hours.parquet' (FORMAT parquet)`);
  contract = flights({ path: 'hours.parquet' });
  ports = bench.emptied();
  found = await validatePartitions(ports, contract, await indexSource(ports, contract), hours, undefined);
});
afterAll(() => bench.close());

describe('sketches of partitions', () => {
  test('are those of their clean rows', async () => {
    const sketch = await getObjectJson<RowsSketch>(ports.store, found.parts[0]?.sketches ?? '');
    expect(sketch.rows).toBe(9);
    expect(sketch.columns.delay).toMatchObject({ rows: 9, nulls: 0, numbers: { min: -5, max: 4, sum: '-5' } });
    expect(sketch.columns.origin?.values).toEqual({ counts: [['AA0', 9]], isComplete: true, frequent: [['AA0', 9]] });
    expect(found.parts[30]).toMatchObject({ rows: 0, sketches: null });
  });

  test('merge by blocks to that of all hours, and a block is read once', async () => {
    const reads: string[] = [];
    const read = (key: string) => {
      reads.push(key);
      return ports.store.read(key);
    };
    const counting = { ...ports.store, read };
    const all = await Promise.all(
      found.parts.flatMap(({ sketches }) => (sketches ? [getObjectJson<RowsSketch>(ports.store, sketches)] : [])),
    );
    const whole = mergedSketch(all);
    expect(await sketchesOfParts(counting, 'flights', found.parts)).toEqual(whole);
    expect(whole.rows).toBe(589);
    // Hours that are there twice count twice.
    const twice = [...found.parts, ...found.parts];
    expect(await sketchesOfParts(counting, 'flights', twice)).toEqual(mergedSketch([whole, whole]));
    reads.length = 0;
    expect(await sketchesOfParts(counting, 'flights', found.parts)).toEqual(whole);
    // Three blocks of 16 hours, four hours before them and eight after.
    expect(reads).toHaveLength(3 + 4 + 8);
  });

  test('of a snapshot are made once', async () => {
    const snapshot = await freezeSnapshot(ports.store, contract, found.parts);
    const first = await snapshotSketches(ports.store, snapshot);
    expect(first.rows).toBe(589);
    expect(await snapshotSketches(ports.store, { ...snapshot, parts: [] })).toEqual(first);
  });

  test('are refused where a partition of an earlier version has none', async () => {
    const { sketches: _, ...bare } = found.parts[0] ?? {};
    const message = await failure(sketchesOfParts(ports.store, 'flights', [bare as never]));
    expect(message).toMatch(/^storage\.missing: expected sketches of the rows of hour 2001-01-01T20/);
  });
});

describe('rules over a window', () => {
  const outcomes = async (batch: readonly BatchRulePlan[]) => {
    const ruled = { ...contract, batch };
    const sketches = await windowSketches(ports.store, ruled, found.parts);
    return batchFindings(ruled, found.parts, sketches).map(({ rule, outcome, value }) => [rule, outcome, value]);
  };

  test('are judged from the sketches of real partitions', async () => {
    const stretches = { newestMs: 10 * hourMs, againstMs: 48 * hourMs };
    const [mean, fresh, stale] = await outcomes([
      { kind: 'measure', column: 'delay', measure: 'mean', atMost: -0.4 },
      { kind: 'newestRow', withinMs: hourMs },
      { kind: 'newestRow', withinMs: 50 * 60_000 },
    ]);
    expect(mean).toEqual(['delay.mean.atMost', 'passed', '-0.500849']);
    expect(fresh).toEqual(['rows.newest.within', 'passed', '2001-01-04T07:09:00.000Z']);
    expect(stale).toEqual(['rows.newest.within.2', 'broken', '2001-01-04T07:09:00.000Z']);
    expect(
      await outcomes([
        { kind: 'newValues', column: 'origin', ...stretches, atMost: 0 },
        { kind: 'drift', column: 'distance', by: 'psi', ...stretches, atMost: 0.2 },
        { kind: 'rowGap', atMostMs: hourMs },
      ]),
    ).toEqual([
      ['origin.newValues.atMost', 'broken', '1: AA1'],
      ['distance.drift.psi.atMost', 'too little to say', '100 rows against 470'],
      ['rows.gap.atMost', 'passed', '1 hour from 2001-01-03T02'],
    ]);
  });

  test('that look at counts alone read nothing', async () => {
    const sketches = await windowSketches(
      ports.store,
      { ...contract, batch: [{ kind: 'rows', atLeast: 1 }] },
      found.parts,
    );
    expect(sketches.size).toBe(0);
  });
});
