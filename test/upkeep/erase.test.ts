import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ContractPlan } from '../../core/contractPlan.ts';
import type { Plan } from '../../core/plan.ts';
import type { DataPorts } from '../../datasets/dataPorts.ts';
import { validatePartitions } from '../../datasets/partitions/validatePartitions.ts';
import { freezeSnapshot } from '../../datasets/snapshots/freezeSnapshot.ts';
import { snapshotSketches } from '../../datasets/snapshots/snapshotSketches.ts';
import { indexSource } from '../../datasets/sources/indexSource.ts';
import { keptLabels } from '../../monitoring/keptLabels.ts';
import { digestOf } from '../../storage/digest.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { checkStore } from '../../upkeep/checkStore.ts';
import { type EraseRequest, eraseRows } from '../../upkeep/erase/eraseRows.ts';
import { readErasures } from '../../upkeep/erase/erasureLog.ts';
import { column, failure, flights, openWorkbench, type Workbench } from '../datasets/workbench.ts';

const person = 'ANNA-4711';

let bench: Workbench;
let ports: DataPorts;
let contract: ContractPlan;
beforeAll(async () => {
  bench = await openWorkbench();
});
beforeEach(() => {
  ports = bench.emptied();
  const columns = [column('at', 'date'), column('who', 'string'), column('paid', 'int')];
  const plan = flights({ path: 'payments.csv' }, 'csv');
  contract = { ...plan, id: 'payments', columns, eventTime: 'at', rules: [] };
});
afterAll(() => bench.close());

/** Three hours; in the first the person has a clean row, in the second a bad one and a broken line, in the third none. */
const others = ['2001-01-01T00:10:00Z,BERT,1', '2001-01-01T01:10:00Z,BERT,2', '2001-01-01T02:10:00Z,BERT,3'];
const theirs = [`2001-01-01T00:20:00Z,${person},4`, `2001-01-01T01:20:00Z,${person},much`, `broken,${person}`];

async function write(lines: readonly string[]): Promise<void> {
  await writeFile(join(ports.folder, 'payments.csv'), `${['at,who,paid', ...lines].join('\n')}\n`);
}

async function frozen(store: ObjectStore = ports.store) {
  const own = { ...ports, store };
  const index = await indexSource(own, contract);
  const hours = index.hours.map(({ hour }) => hour);
  const { parts, validated, undated } = await validatePartitions(own, contract, index, hours, undefined);
  const snapshot = await freezeSnapshot(store, contract, parts);
  await snapshotSketches(store, snapshot);
  return { snapshot, parts, validated, undated };
}

function request(change: Partial<EraseRequest> = {}): EraseRequest {
  const asked = { by: 'a tester', why: 'request 17', nowMs: Date.UTC(2001, 1), isTrial: false };
  return { contract, plans: [], column: 'who', value: person, ...asked, ...change };
}

/** Everything in the store that names the person: documents by their text, Parquet by its rows. */
async function traces(): Promise<string[]> {
  const found: string[] = [];
  for (const { key } of await ports.store.entries('')) {
    const bytes = Buffer.from((await ports.store.read(key))?.bytes ?? []);
    const isParquet = bytes.subarray(0, 4).toString() === 'PAR1';
    const rows = `SELECT * FROM read_parquet('${isParquet ? await ports.store.file(key) : ''}')`;
    const text = isParquet ? JSON.stringify(await ports.database.rows(rows), shown) : bytes.toString();
    if (text.includes(person)) found.push(key);
  }
  return found;
}

const shown = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);

test("a person's rows are erased from parts, sketches, quarantine and staged files, and stay away", async () => {
  await write([...others, ...theirs]);
  const before = await frozen();
  expect((await traces()).length).toBeGreaterThan(4);
  await write(others);
  const erased = await eraseRows(ports, request());
  expect(erased.rows).toEqual({ clean: 1, quarantined: 2, staged: 3, predicted: 0, labels: 0 });
  expect(erased.snapshots).toEqual([before.snapshot.id]);
  expect(await traces()).toEqual([]);
  const after = await frozen();
  expect(after.parts.map(({ rows, quarantined }) => [rows, quarantined])).toEqual([
    [1, 0],
    [1, 0],
    [1, 0],
  ]);
  expect(await traces()).toEqual([]);
  expect((await checkStore(ports)).damages).toEqual([]);
});

test('a tombstone tells what was done and why, and nothing of the person but a salted hash', async () => {
  await write([...others, ...theirs]);
  await frozen();
  await write(others);
  await eraseRows(ports, request());
  const [erasure] = await readErasures(ports.store, 'payments');
  expect(erasure).toMatchObject({
    n: 1,
    by: 'a tester',
    why: 'request 17',
    column: 'who',
    at: '2001-02-01T00:00:00.000Z',
  });
  expect(erasure?.value).toBe(digestOf(`${erasure?.salt}${person}`));
  expect(await eraseRows(ports, request())).toMatchObject({
    erasure: null,
    rows: { clean: 0, quarantined: 0, staged: 0 },
  });
});

test('nothing is erased while the source has the rows, or while a run is under way', async () => {
  await write([...others, ...theirs]);
  await frozen();
  const held = await ports.store.list('');
  expect(await failure(eraseRows(ports, request()))).toMatch(/^erasure\.still-in-source.*3 rows/);
  await write(others);
  await ports.store.create('upkeep/runs/r.json', Buffer.from(JSON.stringify({ at: request().nowMs })));
  expect(await failure(eraseRows(ports, request()))).toMatch(/^erasure\.run-under-way/);
  expect(await ports.store.list('')).toEqual(expect.arrayContaining(held));
});

test('a look tells what would go, and removes nothing', async () => {
  await write([...others, ...theirs]);
  await frozen();
  await write(others);
  const found = await eraseRows(ports, request({ isTrial: true }));
  expect(found).toMatchObject({ erasure: null, rows: { clean: 1, quarantined: 2 } });
  expect((await traces()).length).toBeGreaterThan(4);
});

test('what a kill left is removed by whoever erases next', async () => {
  await write([...others, ...theirs]);
  await frozen();
  await write(others);
  let left = 2;
  const dying: ObjectStore = {
    ...ports.store,
    remove: async (key) => {
      left -= 1;
      if (left < 0) throw new Error('killed');
      return ports.store.remove(key);
    },
  };
  expect(await failure(eraseRows({ ...ports, store: dying }, request()))).toBe('killed');
  expect((await traces()).length).toBeGreaterThan(0);
  await eraseRows(ports, request());
  expect(await traces()).toEqual([]);
});

test('what lies under an erased key again, because it holds others alone, is left alone', async () => {
  await write([...others, ...theirs]);
  await frozen();
  await write(others);
  await eraseRows(ports, request());
  const { parts } = await frozen();
  await eraseRows(ports, request({ value: 'NOBODY' }));
  for (const { object } of parts) expect(await ports.store.has(`objects/${object}`)).toBe(true);
});

test('predictions of the person are taken out of their files, the others stay', async () => {
  await write([...others, ...theirs]);
  await frozen();
  await write(others);
  const line = (who: string): string => JSON.stringify({ predictionId: who, row: { who } });
  const bytes = Buffer.from(`${line('BERT')}\n${line(person)}\n`);
  const key = (of: Uint8Array): string => `predictions/p/2001-01-01T00/s-1.sha256=${digestOf(of)}.ndjson`;
  await ports.store.create(key(bytes), bytes);
  const join = await keptLabels(ports, { pipeline: 'p', eventTime: 'at', settlesWithinMs: 0 });
  const plan = { pipeline: 'p', features: [{ kind: 'category', name: 'who', column: 'who' }] } as unknown as Plan;
  const erased = await eraseRows(ports, request({ plans: [plan] }));
  expect([erased.rows.predicted, erased.pipelinesThatRead]).toEqual([1, ['p']]);
  const rest = Buffer.from(`${line('BERT')}\n`);
  expect(await ports.store.list('predictions/')).toEqual([key(rest)]);
  expect(await ports.store.list('joined/')).toEqual([]);
  expect(await ports.store.has(`objects/${join.hours['2001-01-01T00']?.object}`)).toBe(false);
  expect(await traces()).toEqual([]);
});

test('labels of the person are taken out of their files, by their row and by their prediction', async () => {
  await write(others);
  await frozen();
  const put = async (log: string, lines: readonly object[]): Promise<string> => {
    const bytes = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const key = `${log}/p/2001-01-01T00/s-1.sha256=${digestOf(bytes)}.ndjson`;
    await ports.store.create(key, bytes);
    return key;
  };
  const base = { pipeline: 'p', label: true, receivedAt: '2001-01-01T00:30:00.000Z' };
  const ofRow = (who: string) => {
    const key = { kind: 'row', columns: { who }, eventTime: '2001-01-01T00:10:00.000Z' };
    return { ...base, feedbackId: `row of ${who}`, key };
  };
  const ofPrediction = (predictionId: string) => {
    return { ...base, feedbackId: `label of ${predictionId}`, key: { kind: 'prediction', predictionId } };
  };
  await put('predictions', [{ predictionId: 'a-0/0', row: { who: person } }]);
  const rest = [ofRow('BERT'), ofPrediction('a-1/0')];
  await put('feedback', [...rest, ofRow(person), ofPrediction('a-0/0')]);
  await keptLabels(ports, { pipeline: 'p', eventTime: 'at', settlesWithinMs: 0 });
  const plan = { pipeline: 'p', features: [{ kind: 'category', name: 'who', column: 'who' }] } as unknown as Plan;
  const erased = await eraseRows(ports, request({ plans: [plan] }));
  expect(erased.rows).toMatchObject({ predicted: 1, labels: 2 });
  const [left = '', ...more] = await ports.store.list('feedback/');
  expect([left, more]).toEqual([await put('feedback', rest), []]);
  expect(await traces()).toEqual([]);
  expect((await keptLabels(ports, { pipeline: 'p', eventTime: 'at', settlesWithinMs: 0 })).hours).toEqual({});
  await put('feedback', [ofRow(person)]);
  const unread = { pipeline: 'p', features: [] } as unknown as Plan;
  expect((await eraseRows(ports, request({ plans: [unread] }))).rows).toMatchObject({ predicted: 0, labels: 1 });
  expect(await traces()).toEqual([]);
});

test.each([
  ['whom', person, /^column\.unknown.*'whom'/],
  ['paid', 'much', /^input\.invalid.*a number/],
  ['at', '2001-01-01', /^input\.invalid.*'at', date/],
])('%s=%s is refused', async (name, value, message) => {
  expect(await failure(eraseRows(ports, request({ column: name, value })))).toMatch(message);
});
