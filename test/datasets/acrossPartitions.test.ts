import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AcrossRulePlan } from '../../core/acrossRulePlan.ts';
import type { ContractPlan } from '../../core/contractPlan.ts';
import type { PartitionVersion, Snapshot } from '../../core/snapshot.ts';
import { hourMs, hourOf } from '../../core/time.ts';
import type { DataPorts } from '../../datasets/dataPorts.ts';
import { validateFile } from '../../datasets/partitions/validateFile.ts';
import { validatePartitions } from '../../datasets/partitions/validatePartitions.ts';
import { readQuarantine } from '../../datasets/quarantine/readQuarantine.ts';
import { freezeSnapshot, latestSnapshot } from '../../datasets/snapshots/freezeSnapshot.ts';
import { indexSource } from '../../datasets/sources/indexSource.ts';
import { type Reading, readings, writeReadings } from './readings.ts';
import { failure, openWorkbench, type Workbench } from './workbench.ts';

let bench: Workbench;
beforeAll(async () => {
  bench = await openWorkbench();
});
afterAll(() => bench.close());

const hour = 60;
const hours = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, at) => hourOf(Date.UTC(2001, 0, 1) + (from + at) * hourMs));
const uniqueWithin = (span: number): AcrossRulePlan => ({ kind: 'unique', columns: ['id'], withinMs: span * hourMs });
const order: AcrossRulePlan = { kind: 'inOrder', per: 'device', by: 'sequence', withinMs: 2 * hourMs };
const gap: AcrossRulePlan = { kind: 'gapAtMost', per: 'device', atMostMs: hourMs, withinMs: 3 * hourMs };
const refers: AcrossRulePlan = { kind: 'references', column: 'device', to: { contract: 'devices', column: 'device' } };

async function validated(
  ports: DataPorts,
  contract: ContractPlan,
  [from, to]: readonly [number, number],
  previous?: Snapshot,
) {
  return validatePartitions(ports, contract, await indexSource(ports, contract), hours(from, to), previous);
}

/** The bad rows of some hours by what tells a test's rows apart, with their reasons, and the warnings of all hours. */
async function judged(rows: readonly Reading[], across: readonly AcrossRulePlan[], change?: Partial<ContractPlan>) {
  await writeReadings(bench, 'source.ndjson', rows);
  const [ports, contract] = [bench.emptied(), readings('source.ndjson', across, change)];
  const { parts } = await validated(ports, contract, [0, 8]);
  const bad = await readQuarantine(ports, contract, parts);
  return {
    ports,
    contract,
    parts,
    bad,
    values: bad.map(({ values, reasons }) => [Number(values.value), ...reasons]),
    warnings: parts.map(({ warnings }) => warnings),
  };
}

describe('unique within a length of time', () => {
  test('is broken by an earlier row up to that far off, be it of another hour or bad for the same rule', async () => {
    const rows = [
      { at: 30, id: 1, value: 1 },
      { at: 30 + 2 * hour, id: 1, value: 2 },
      { at: 30 + 4 * hour, id: 1, value: 3 },
      { at: 31 + 6 * hour, id: 1, value: 4 },
      { at: 40 + 6 * hour, id: 1, value: 5 },
    ];
    const { parts, values, bad } = await judged(rows, [uniqueWithin(2)]);
    expect(values).toEqual([
      [2, 'id.unique'],
      [3, 'id.unique'],
      [5, 'id.unique'],
    ]);
    expect(bad[2]).toMatchObject({ hour: '2001-01-01T06', row: 1, line: null, values: { id: '1' } });
    expect(bad[2]?.file?.endsWith('source.ndjson')).toBe(true);
    const told = parts.map(({ read, rows, quarantined, reasons }) => [read, rows, quarantined, reasons['id.unique']]);
    expect(told.filter(([read]) => read !== 0)).toEqual([
      [1, 1, 0, undefined],
      [1, 0, 1, 1],
      [1, 0, 1, 1],
      [2, 1, 1, 1],
    ]);
  });

  test('a row that is bad by itself is not compared, and its reasons stay in quarantine beside the others', async () => {
    const rows = [
      { at: 1, id: 1, value: -1 },
      { at: 2 + hour, id: 1, value: 2 },
      { at: 3 + hour, id: 1, value: -3 },
      { at: 4 + hour, id: 1, value: 4 },
    ];
    const positive = { kind: 'compare', column: 'value', is: 'above', to: { value: 0 } } as const;
    const { values, parts } = await judged(rows, [uniqueWithin(2)], { rules: [positive] });
    expect(values).toEqual([
      [-1, 'value.above.0'],
      [-3, 'value.above.0'],
      [4, 'id.unique'],
    ]);
    expect(parts[1]).toMatchObject({ read: 3, rows: 1, reasons: { 'value.above.0': 1, 'id.unique': 1 } });
  });
});

test('order is broken by a row below one of strictly earlier time, per entity and as far as the rule looks', async () => {
  const rows = [
    { at: 1, device: 'a', sequence: 10, value: 1 },
    { at: 1 + hour, device: 'a', sequence: 9, value: 2 },
    { at: 1 + hour, device: 'a', sequence: 10, value: 3 },
    { at: 2 + hour, device: 'b', sequence: 1, value: 4 },
    { at: 1 + 2 * hour, device: 'a', sequence: 9, value: 5 },
    { at: 2 + 2 * hour, device: 'a', sequence: 10, value: 6 },
    { at: 2 + 4 * hour, device: 'a', sequence: 9, value: 7 },
    { at: 3 + 4 * hour, device: 'a', sequence: null, value: 8 },
    { at: 4 + 6 * hour, device: 'a', sequence: 1, value: 9 },
    { at: 5 + 6 * hour, device: null, sequence: 0, value: 10 },
  ];
  const { values } = await judged(rows, [order]);
  expect(values).toEqual([
    [2, 'device.inOrder.sequence'],
    [5, 'device.inOrder.sequence'],
    [7, 'device.inOrder.sequence'],
  ]);
});

describe('a gap', () => {
  const rows = [
    { at: 10, device: 'a', value: 1 },
    { at: 10 + hour, device: 'a', value: 2 },
    { at: 11 + 2 * hour, device: 'a', value: 3 },
    { at: 11 + 5 * hour, device: 'a', value: 4 },
    { at: 11 + 5 * hour, device: 'b', value: 5 },
    { at: 12 + 7 * hour, device: null, value: 6 },
  ];

  test('is told and takes no row out', async () => {
    const { values, warnings, parts } = await judged(rows, [gap]);
    expect(values).toEqual([]);
    expect(warnings).toEqual([{}, {}, { 'device.gap': 1 }, {}, {}, { 'device.gap': 1 }, {}, {}]);
    expect(parts[2]?.across?.base).toMatchObject({ key: parts[2]?.key, warnings: {} });
  });

  test('takes the row after it out where the contract says so; longer than the rule looks, it is no gap', async () => {
    const severity = { 'device.gap': 'quarantine' } as const;
    expect((await judged(rows, [gap], { severity })).values).toEqual([
      [3, 'device.gap'],
      [4, 'device.gap'],
    ]);
    const shorter = { ...gap, withinMs: 2 * hourMs };
    expect((await judged(rows, [shorter], { severity })).values).toEqual([[3, 'device.gap']]);
  });
});

describe('a reference', () => {
  const rows = [
    { at: 1, device: 'a', value: 1 },
    { at: 2, device: 'c', value: 2 },
    { at: 3, device: null, value: 3 },
    { at: 4 + hour, device: 'b', value: 4 },
  ];
  const devices = { ...readings('devices.ndjson', []), id: 'devices' };

  async function freezeDevices(ports: DataPorts, names: readonly string[]): Promise<Snapshot> {
    await writeReadings(
      bench,
      'devices.ndjson',
      names.map((device, id) => ({ at: 0, id, device })),
    );
    const { parts } = await validated(ports, devices, [0, 1]);
    return freezeSnapshot(ports.store, devices, parts);
  }

  test('is broken by a value that no clean row of the latest snapshot has, which the partition names', async () => {
    await writeReadings(bench, 'source.ndjson', rows);
    const [ports, contract] = [bench.emptied(), readings('source.ndjson', [refers])];
    const first = await freezeDevices(ports, ['a', 'b']);
    const before = await validated(ports, contract, [0, 2]);
    expect((await readQuarantine(ports, contract, before.parts)).map(({ values }) => values.value)).toEqual(['2.0']);
    expect(before.parts.map(({ across }) => across?.snapshots)).toEqual(Array(2).fill({ devices: first.id }));

    const second = await freezeDevices(ports, ['a', 'c']);
    const after = await validated(ports, contract, [0, 2]);
    expect((await readQuarantine(ports, contract, after.parts)).map(({ values }) => values.value)).toEqual(['4.0']);
    expect(after.parts[1]?.across?.snapshots).toEqual({ devices: second.id });
    expect(after.validated).toEqual(hours(0, 2));
  });

  test('needs a snapshot with that column', async () => {
    await writeReadings(bench, 'source.ndjson', rows);
    const ports = bench.emptied();
    const none = validated(ports, readings('source.ndjson', [refers]), [0, 1]);
    expect(await failure(none)).toMatch(
      /reference\.no-snapshot: expected a snapshot of contract 'devices', in which device\.references\.devices\.device looks, but came none/,
    );
    await freezeDevices(ports, ['a']);
    const unknown = { ...refers, to: { contract: 'devices', column: 'name' } };
    expect(await failure(validated(ports, readings('source.ndjson', [unknown]), [0, 1]))).toMatch(/without it/);
    const other = { ...refers, to: { contract: 'devices', column: 'id' } };
    expect(await failure(validated(ports, readings('source.ndjson', [other]), [0, 1]))).toMatch(/where it is BIGINT/);
  });
});

describe('a judgement', () => {
  const rows = [0, 1, 2, 3, 4, 5].map((at) => ({ at: at * hour, id: at % 3, value: at }));

  test('is made once, found in the previous snapshot or in the store', async () => {
    await writeReadings(bench, 'source.ndjson', rows);
    const [ports, contract] = [bench.emptied(), readings('source.ndjson', [uniqueWithin(3)])];
    const first = await validated(ports, contract, [3, 5]);
    expect(first.validated).toEqual(hours(3, 5));
    expect(await validated(ports, contract, [3, 5])).toEqual({ ...first, validated: [], reused: 2 });
    const snapshot = await freezeSnapshot(ports.store, contract, first.parts);
    const more = await validated(ports, contract, [3, 6], snapshot);
    expect(more).toMatchObject({ validated: hours(5, 6), reused: 2 });
    expect(more.parts.slice(0, 2)).toEqual(first.parts);
  });

  test('tells how many hours are validated, and then compared', async () => {
    await writeReadings(bench, 'source.ndjson', rows);
    const [ports, contract] = [bench.emptied(), readings('source.ndjson', [uniqueWithin(3)])];
    const told: string[] = [];
    const index = await indexSource(ports, contract);
    await validatePartitions(ports, contract, index, hours(3, 5), undefined, (done, total, what) => {
      told.push(`${done} of ${total} ${what}`);
    });
    const compared = ['0 of 2 compared', '2 of 2 compared'];
    expect([told.filter((line) => line.endsWith('compared')), told[0]]).toEqual([
      compared,
      expect.stringMatching(/^1 of \d validated$/),
    ]);
  });

  test('of a file with one more hour is new for that hour alone; of a mended hour for those that looked at it', async () => {
    const [ports, contract] = [bench.emptied(), readings('source.ndjson', [uniqueWithin(2)])];
    await writeReadings(bench, 'source.ndjson', rows.slice(0, 5));
    await validated(ports, contract, [0, 5]);
    await writeReadings(bench, 'source.ndjson', rows);
    expect((await validated(ports, contract, [0, 6])).validated).toEqual(hours(5, 6));
    await writeReadings(bench, 'source.ndjson', [...rows, { at: 61, id: 9, value: 9 }]);
    expect((await validated(ports, contract, [0, 6])).validated).toEqual(hours(1, 4));
  });

  test('changes with the rule, and leaves the partition by itself as it was', async () => {
    await writeReadings(bench, 'source.ndjson', rows);
    const ports = bench.emptied();
    const strict = await validated(ports, readings('source.ndjson', [uniqueWithin(3)]), [0, 6]);
    const loose = await validated(ports, readings('source.ndjson', [uniqueWithin(2)]), [0, 6], undefined);
    const none = await validated(ports, readings('source.ndjson', []), [0, 6]);
    expect(strict.parts.map(({ quarantined }) => quarantined)).toEqual([0, 0, 0, 1, 1, 1]);
    expect(loose.parts.map(({ quarantined }) => quarantined)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(none.validated).toEqual([]);
    expect(none.parts.map(({ across }) => across)).toEqual(Array(6).fill(undefined));
    expect(strict.parts.map(({ across, key }) => across?.base?.key ?? key)).toEqual(none.parts.map(({ key }) => key));
  });

  test('of two workers at once is one: what the other stored is used', async () => {
    await writeReadings(bench, 'source.ndjson', rows);
    const [ports, contract] = [bench.emptied(), readings('source.ndjson', [uniqueWithin(3), gap])];
    const both = await Promise.all([0, 1].map(() => validated(ports, contract, [0, 6])));
    expect(both[0]?.parts).toEqual(both[1]?.parts);
    const keys = await ports.store.list('datasets/');
    await validated(ports, contract, [0, 6]);
    expect(await ports.store.list('datasets/')).toEqual(keys);
  });
});

test('a contract may call its columns as the engine calls its own', async () => {
  const names = ['hour', 'row', 'place', 'rule', 'clean', 'part', 'line', 'value', 'fingerprint', 'mask0'];
  const rows = [0, 1, 2].map((at) =>
    JSON.stringify({
      event: new Date(Date.UTC(2001, 0, 1) + at * hourMs),
      ...Object.fromEntries(names.map((name) => [name, 1])),
    }),
  );
  const { writeFile } = await import('node:fs/promises');
  await writeFile(join(bench.folder, 'named.ndjson'), rows.join('\n'));
  const columns = [
    { name: 'event', type: 'date', nullable: false, checks: [] } as const,
    ...names.map((name) => ({ name, type: 'int', nullable: false, checks: [] }) as const),
  ];
  const rules = [{ kind: 'unique', columns: names, withinMs: hourMs } as const];
  const contract = readings('named.ndjson', rules, { columns, eventTime: 'event' });
  const { parts } = await validated(bench.emptied(), contract, [0, 3]);
  expect(parts.map(({ rows, quarantined }) => [rows, quarantined])).toEqual([
    [1, 0],
    [0, 1],
    [0, 1],
  ]);
});

test('whatever is validated together, in whatever order, files and runs, the partitions are the same', async () => {
  const reading = fc.record({
    at: fc.integer({ min: 0, max: 6 * hour - 1 }).map((minute) => minute - (minute % 20)),
    id: fc.option(fc.integer({ min: 0, max: 2 })),
    device: fc.option(fc.constantFrom('a', 'b')),
    sequence: fc.integer({ min: 0, max: 3 }),
    file: fc.integer({ min: 0, max: 2 }),
  });
  const rules = [uniqueWithin(2), order, gap, { kind: 'noDuplicates' } as const];
  const severity = { 'device.gap': 'quarantine' } as const;
  const told = (parts: readonly PartitionVersion[]) =>
    parts.map(({ key, content, rows, quarantined, reasons }) => [key, content, rows, quarantined, reasons]);
  let runs = 0;
  const cases = fc.asyncProperty(
    fc.array(reading, { minLength: 1, maxLength: 14 }),
    fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 6 }),
    async (rows, asked) => {
      await writeReadings(bench, 'whole.ndjson', rows);
      const whole = await validated(bench.emptied(), readings('whole.ndjson', rules, { severity }), [0, 6]);
      const folder = `split${++runs}`;
      await mkdir(join(bench.folder, folder));
      for (const file of [0, 1, 2]) {
        await writeReadings(bench, join(folder, `${file}.ndjson`), rows.filter((row) => row.file === file).reverse());
      }
      const [ports, contract] = [bench.emptied(), readings(folder, rules, { severity })];
      const parts: PartitionVersion[] = [];
      for (const one of asked)
        parts[one] = (await validated(ports, contract, [one, one + 1])).parts[0] as PartitionVersion;
      expect(told(parts)).toEqual(told(whole.parts));
    },
  );
  await fc.assert(cases, { numRuns: 4 });
});

test('the clean rows of a longer history keep to the rules', async () => {
  const rows = Array.from({ length: 300 }, (_, at) => ({
    at: (at * 7) % (8 * hour),
    id: (at * 13) % 40,
    device: 'ab'[at % 2],
    sequence: (at * 31) % 50,
  }));
  const { ports, contract, parts } = await judged(rows as Reading[], [uniqueWithin(3), order]);
  const snapshot = await freezeSnapshot(ports.store, contract, parts);
  expect((await latestSnapshot(ports.store, contract.id))?.id).toBe(snapshot.id);
  const files = await Promise.all(
    parts.flatMap(({ object }) => (object === null ? [] : [ports.store.file(`objects/${object}`)])),
  );
  const table = `read_parquet([${files.map((file) => `'${file}'`).join(', ')}])`;
  const pairs = `FROM ${table} a JOIN ${table} b ON a.at > b.at`;
  const count = async (sql: string) => (await ports.database.rows<{ n: bigint }>(`SELECT count(*) AS n ${sql}`))[0]?.n;
  expect(await count(`${pairs} AND a.id = b.id AND a.at <= b.at + INTERVAL 3 HOURS`)).toBe(0n);
  expect(
    await count(`${pairs} AND a.device = b.device AND a.sequence < b.sequence AND a.at <= b.at + INTERVAL 2 HOURS`),
  ).toBe(0n);
});

test('a whole file is judged as its hours are', async () => {
  const reading = fc.record({
    at: fc.integer({ min: 0, max: 4 * hour - 1 }).map((minute) => minute - (minute % 15)),
    id: fc.integer({ min: 0, max: 2 }),
    device: fc.option(fc.constantFrom('a', 'b')),
    sequence: fc.integer({ min: 0, max: 3 }),
    value: fc.integer({ min: -1, max: 3 }),
  });
  const rules = [uniqueWithin(1), order, gap, { kind: 'unique', columns: ['device', 'sequence'] } as const];
  const positive = { kind: 'compare', column: 'value', is: 'atLeast', to: { value: 0 } } as const;
  const cases = fc.asyncProperty(fc.array(reading, { minLength: 1, maxLength: 20 }), async (rows) => {
    const { parts, ports, contract } = await judged(rows, rules, { rules: [positive] });
    const report = await validateFile(ports, contract, 'source.ndjson');
    const told = new Map<string, number>();
    for (const { reasons, warnings } of parts) {
      for (const [id, count] of Object.entries({ ...reasons, ...warnings })) told.set(id, (told.get(id) ?? 0) + count);
    }
    expect(new Map(report.rules.map((one) => [one.rule, one.rows]))).toEqual(told);
    expect(report.quarantined).toBe(parts.reduce((sum, { quarantined }) => sum + quarantined, 0));
  });
  await fc.assert(cases, { numRuns: 6 });
});
