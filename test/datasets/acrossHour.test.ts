import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AcrossRulePlan } from '../../core/acrossRulePlan.ts';
import type { ContractPlan } from '../../core/contractPlan.ts';
import { validatePartitions } from '../../datasets/partitions/validatePartitions.ts';
import { readQuarantine } from '../../datasets/quarantine/readQuarantine.ts';
import { indexSource } from '../../datasets/sources/indexSource.ts';
import { type Reading, readings, writeReadings } from './readings.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

let bench: Workbench;
beforeAll(async () => {
  bench = await openWorkbench();
});
afterAll(() => bench.close());

const unique = (...columns: string[]): AcrossRulePlan => ({ kind: 'unique', columns });

/** The partitions of three hours, and the bad rows in them: their `value`, which tells the rows of a test apart, and reasons. */
async function judged(rows: readonly Reading[], across: readonly AcrossRulePlan[], change?: Partial<ContractPlan>) {
  await writeReadings(bench, 'hour.ndjson', rows);
  const [ports, contract] = [bench.emptied(), readings('hour.ndjson', across, change)];
  const hours = ['2001-01-01T00', '2001-01-01T01', '2001-01-01T02'];
  const { parts } = await validatePartitions(ports, contract, await indexSource(ports, contract), hours, undefined);
  const bad = await readQuarantine(ports, contract, parts);
  return { parts, bad, values: bad.map(({ values, reasons }) => [Number(values.value), ...reasons]) };
}

describe('of rows with the same values in an hour', () => {
  test('the first in event time stays, wherever it lies in the file', async () => {
    const rows = [
      { at: 30, id: 1, value: 1 },
      { at: 10, id: 1, value: 2 },
      { at: 20, id: 1, value: 3 },
      { at: 5, id: 2, value: 4 },
      { at: 70, id: 1, value: 5 },
    ];
    const { parts, bad, values } = await judged(rows, [unique('id')]);
    expect(values).toEqual([
      [1, 'id.unique'],
      [3, 'id.unique'],
    ]);
    expect(parts.map(({ read, rows, quarantined }) => [read, rows, quarantined])).toEqual([
      [4, 2, 2],
      [1, 1, 0],
      [0, 0, 0],
    ]);
    expect(parts[0]?.reasons).toEqual({ 'id.unique': 2 });
    expect(bad[0]).toMatchObject({
      row: 0,
      line: 1,
      values: { at: '2001-01-01 00:30:00', id: '1', device: null, value: '1.0' },
    });
  });

  test('all columns of a key must be the same, and a null is no value', async () => {
    const rows = [
      { at: 1, id: 1, device: 'a', value: 1 },
      { at: 2, id: 1, device: 'b', value: 2 },
      { at: 3, id: 1, device: 'a', value: 3 },
      { at: 4, id: null, device: 'a', value: 4 },
      { at: 5, id: null, device: 'a', value: 5 },
    ];
    expect((await judged(rows, [unique('id', 'device')])).values).toEqual([[3, 'id+device.unique']]);
    expect((await judged(rows, [], { key: ['id', 'device'] })).values).toEqual([[3, 'id+device.unique']]);
    expect((await judged(rows, [])).values).toEqual([]);
  });

  test('one that breaks a rule for one row holds no place, and is not compared', async () => {
    const rows = [
      { at: 1, id: 1, value: -1 },
      { at: 2, id: 1, value: 2 },
      { at: 3, id: 1, value: -3 },
      { at: 4, id: 1, value: 4 },
    ];
    const positive = { kind: 'compare', column: 'value', is: 'above', to: { value: 0 } } as const;
    expect((await judged(rows, [unique('id')], { rules: [positive] })).values).toEqual([
      [-1, 'value.above.0'],
      [-3, 'value.above.0'],
      [4, 'id.unique'],
    ]);
  });

  test('each rule is judged by itself, and a row has all its reasons', async () => {
    const rows = [
      { at: 1, id: 1, device: 'a', value: 1 },
      { at: 2, id: 1, device: 'b', value: 2 },
      { at: 3, id: 2, device: 'b', value: 3 },
      { at: 4, id: 2, device: 'b', value: 4 },
    ];
    expect((await judged(rows, [unique('id'), unique('device')])).values).toEqual([
      [2, 'id.unique'],
      [3, 'device.unique'],
      [4, 'id.unique', 'device.unique'],
    ]);
  });

  test('a rule that only warns is counted, and the row stays', async () => {
    const rows = [
      { at: 1, id: 1, value: 1 },
      { at: 2, id: 1, value: 2 },
    ];
    const { parts, values } = await judged(rows, [unique('id')], { severity: { 'id.unique': 'warn' } });
    expect(values).toEqual([]);
    expect(parts[0]).toMatchObject({ rows: 2, quarantined: 0, reasons: {}, warnings: { 'id.unique': 1 } });
  });
});

test('of rows that are equal in every column one stays, null being equal to null', async () => {
  const rows = [
    { at: 1, id: 1, value: 1 },
    { at: 1, id: 1, value: 1 },
    { at: 1, id: 1, value: 1, device: '' },
    { at: 1, id: 1, value: 2 },
    { at: 2, id: 1, value: 1 },
  ];
  const { parts, values } = await judged(rows, [{ kind: 'noDuplicates' }]);
  expect(values).toEqual([[1, 'row.duplicate']]);
  expect(parts[0]).toMatchObject({ rows: 4, quarantined: 1 });
});

test('the order of the file changes neither content nor counts', async () => {
  const reading = fc.record({
    at: fc.integer({ min: 0, max: 3 }),
    id: fc.option(fc.integer({ min: 0, max: 2 })),
    device: fc.option(fc.constantFrom('a', 'b')),
    value: fc.option(fc.integer({ min: 0, max: 1 })),
  });
  const rules = [unique('id'), unique('at', 'device'), { kind: 'noDuplicates' } as const];
  const cases = fc.asyncProperty(
    fc.array(reading, { minLength: 1, maxLength: 12 }),
    fc.infiniteStream(fc.nat()),
    async (rows, random) => {
      const forwards = await judged(rows, rules);
      const shuffled = [...rows].map((row) => [random.next().value, row] as const).sort(([a], [b]) => a - b);
      const other = await judged(
        shuffled.map(([, row]) => row),
        rules,
      );
      const told = ({ parts }: typeof other) =>
        parts.map(({ key, content, reasons, rows }) => [key, content, reasons, rows]);
      expect(told(other)).toEqual(told(forwards));
    },
  );
  await fc.assert(cases, { numRuns: 10 });
});
