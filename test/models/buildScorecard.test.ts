import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { judge } from '../../core/gate.ts';
import type { FeatureMatrix } from '../../core/matrix.ts';
import type { ModelPackage } from '../../core/modelPackage.ts';
import type { Plan } from '../../core/plan.ts';
import { seededRandom } from '../../core/random.ts';
import type { Scorecard } from '../../core/scorecard.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import { type Hour, hourMs, hourOf, hourStart } from '../../core/time.ts';
import { runWindow } from '../../core/window.ts';
import { openDatabase } from '../../datasets/database.ts';
import type { DataPorts } from '../../datasets/dataPorts.ts';
import { validatePartitions } from '../../datasets/partitions/validatePartitions.ts';
import { freezeSnapshot } from '../../datasets/snapshots/freezeSnapshot.ts';
import { indexSource } from '../../datasets/sources/indexSource.ts';
import { buildFeatureMatrix } from '../../features/featureStage.ts';
import { loadMatrix } from '../../features/loadMatrix.ts';
import { buildScorecard, type Rival, scorecardVersion } from '../../models/buildScorecard.ts';
import { completeCard } from '../../models/completeCard.ts';
import { metrics } from '../../models/metrics/metrics.ts';
import { encodeModel } from '../../models/onnx/encodeModel.ts';
import { readTestScores } from '../../models/testScores.ts';
import { digestOf } from '../../storage/digest.ts';
import { localDisk } from '../../storage/localDisk.ts';
import { putObject } from '../../storage/objects.ts';

const hour = 3_600_000;
const start = hourStart('2024-03-01T00');
const asOf: Hour = '2024-03-03T12';
const places = [...'ABCDEFGHIJKL'];

/** Shops whose share of late orders wanders from hour to hour; an order's label settles two hours after it. */
const plan: Plan = {
  format: 1,
  pipeline: 'orders',
  contract: {
    id: 'orders',
    version: '1.0.0',
    source: { kind: 'parquet', at: { path: 'orders.parquet' }, partition: 'hour' },
    key: 'row number in source partition',
    columns: [
      { name: 'at', type: 'date', nullable: false, checks: [] },
      { name: 'delay', type: 'int', nullable: false, checks: [] },
      { name: 'place', type: 'string', nullable: false, checks: [] },
      { name: 'size', type: 'number', nullable: false, checks: [] },
      { name: 'handling', type: 'int', nullable: false, checks: [] },
    ],
    eventTime: 'at',
    rules: [],
    across: [],
    batch: [],
    severity: {},
    quarantine: { atMost: 0 },
  },
  label: {
    name: 'late',
    from: { column: 'delay', is: 'above', value: 15 },
    settlesAfter: { column: 'handling', timesMs: hour, plusMs: 0 },
    settlesWithinMs: 3 * hour,
  },
  window: { trainMs: 20 * hour, validateMs: 4 * hour, testMs: 12 * hour },
  features: [
    { kind: 'number', name: 'size', column: 'size' },
    { kind: 'recentRate', name: 'lately', column: 'place', overMs: 3 * hour, smoothing: 1 },
  ],
  search: {
    learners: [{ kind: 'logistic', l2: [0], learningRate: [0.1] }],
    maximize: 'auc',
    strategy: { kind: 'exhaustive', epochs: 1 },
    seed: 7,
  },
  scorecard: { metrics: ['auc', 'log loss', 'brier', 'calibration error'], slices: ['place'] },
  gate: [
    { kind: 'atLeast', metric: 'auc', value: 0.55 },
    { kind: 'noWorseThanChampion', metric: 'auc', by: 0.005 },
  ],
  retrain: [],
  rollout: { parity: true, shadowMs: 0 },
  answer: { positive: 'late', negative: 'on time' },
};

let folder = '';
let ports: DataPorts & { close(): void };
let snapshot: Snapshot;
let matrix: FeatureMatrix;
const window = runWindow(plan, hourStart(asOf));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scorecard-'));
  ports = await openedPorts(folder);
  await writeOrders(ports, join(folder, 'orders.parquet'));
  snapshot = await frozen(ports, window.all);
  matrix = await buildFeatureMatrix(ports, plan, snapshot, window);
});

afterAll(async () => {
  ports.close();
  await rm(folder, { recursive: true, force: true });
});

describe('buildScorecard', () => {
  it('judges a package without rivals on the settled test rows', async () => {
    const card = await cardOf({ champion: null, reference: null });
    const expected = await labelsBySql();
    expect(card).toMatchObject({ asOf, hours: 12, champion: null, reference: null });
    expect([card.rows, card.positives, card.unsettled]).toEqual([
      expected.rows,
      expected.positives,
      expected.unsettled,
    ]);
    expect(card.unsettled).toBeGreaterThan(0);
    for (const name of plan.scorecard.metrics) {
      const { value, low, high } = card.metrics[name] ?? { value: Number.NaN, low: null, high: null };
      expect(low).toBeLessThan(value);
      expect(high).toBeGreaterThan(value);
    }
    expect(card.metrics.auc?.low).toBeGreaterThan(0.55);
    expect(judge(plan.gate, card)).toMatchObject({ passed: true, reasons: [{}, { text: 'no champion yet: passes' }] });
  });

  it('slices by a column that the model does not take, in agreement with SQL', async () => {
    const card = await cardOf({ champion: null, reference: null });
    const expected = await labelsBySql();
    expect(card.slices.map(({ column, value, rows }) => [column, value, rows])).toEqual(expected.places);
    for (const slice of card.slices)
      expect(Object.keys(slice.metrics).sort()).toEqual([...plan.scorecard.metrics].sort());
  });

  it('slices by bins of a number that a feature reads, in agreement with SQL', async () => {
    const scorecard: Plan['scorecard'] = {
      metrics: ['brier'],
      slices: [],
      bins: [{ column: 'size', edges: [0.2, 0.5] }],
    };
    const held = await packageOf(matrix, 'lately', asOf);
    const input = { plan: { ...plan, scorecard }, snapshot, window, matrix, package: held };
    const { slices } = await buildScorecard(ports, { ...input, champion: null, reference: null });
    const bin = `CASE WHEN size < 0.2 THEN 'below 0.2' WHEN size < 0.5 THEN '0.2 to below 0.5' ELSE '0.5 or more' END`;
    const counts = await ports.database.rows<{ bin: string; rows: number }>(
      `SELECT ${bin} AS bin, CAST(count(*) AS INTEGER) AS rows FROM (${testRows()}) WHERE settled GROUP BY 1 ORDER BY 2 DESC`,
    );
    expect(slices.map(({ column, value, rows }) => [column, value, rows])).toEqual(
      counts.map(({ bin: value, rows }) => ['size', value, rows]),
    );
    expect(counts).toHaveLength(3);
  });

  it('shows what a champion loses by the age of its tables, and that the weights alone lose nothing', async () => {
    const champion = await rivalOf(4, hourOf(hourStart(asOf) - 12 * hourMs));
    const card = await cardOf({ champion, reference: champion });
    expect(card.champion).toMatchObject({ version: 4, tablesOlderByHours: 12 });
    expect(card.champion?.sameTables.difference.auc).toMatchObject({ value: 0, low: 0, high: 0 });
    expect(card.champion?.sameTables.metrics.auc).toEqual(card.metrics.auc);
    expect(card.champion?.difference.auc?.low).toBeGreaterThan(0);
    expect(card.champion?.difference['log loss']?.high).toBeLessThan(0);
    expect(card.reference).toEqual(card.champion);
    expect(judge(plan.gate, card).passed).toBe(true);
  });

  it('compares on the slices of the gate, and with the base rate where the gate asks for it', async () => {
    const { places } = await labelsBySql();
    const [, value = '', rows] = places[0] ?? [];
    const slice = { column: 'place', value: String(value) };
    const gate: Plan['gate'] = [
      { kind: 'noWorseThanChampion', metric: 'auc', by: 0.005, slice },
      { kind: 'betterThanBaseRate', metric: 'log loss', by: 0 },
      { kind: 'betterThanBaseRate', metric: 'brier', by: 0, slice },
      { kind: 'atLeast', metric: 'auc', value: 0.5, slice: { column: 'place', value: 'nowhere' } },
    ];
    const champion = await rivalOf(4, hourOf(hourStart(asOf) - 12 * hourMs));
    const packed = await packageOf(matrix, 'lately', asOf);
    const input = { plan: { ...plan, gate }, snapshot, window, matrix, package: packed, champion, reference: null };
    const card = await buildScorecard(ports, input);
    expect(card.champion?.slices).toMatchObject([{ ...slice, rows }]);
    const { labels } = await loadMatrix(ports.store, matrix.train, packed.encoders, asOf);
    expect(card.baseRate?.share).toBe(labels.reduce((sum, label) => sum + label, 0) / labels.length);
    expect(card.baseRate?.difference['log loss']?.high).toBeLessThan(0);
    const { reasons } = judge(gate, card);
    expect(reasons).toMatchObject([
      { numbers: { rows, level: 0.05 } },
      { outcome: 'passed', numbers: { rows: card.rows } },
      { numbers: { rows } },
      { outcome: 'inconclusive', text: 'the card has no slice of place nowhere: it needs 100 test rows' },
    ]);
  });

  it('keeps the scores of the test rows, of all who were compared', async () => {
    const champion = await rivalOf(4, hourOf(hourStart(asOf) - 2 * hourMs));
    const card = await cardOf({ champion, reference: await rivalOf(2, asOf) });
    const { labels, hours, scores } = await readTestScores(ports.store, card.testScores ?? '');
    expect(labels.reduce((sum, label) => sum + label, 0)).toBe(card.positives);
    expect(new Set(hours)).toEqual(new Set(window.test.map((each) => hourStart(each) / hourMs)));
    const areas = Object.entries(scores).map(([name, own]) => [name, metrics.auc.value(own, labels)]);
    expect(Object.fromEntries(areas)).toEqual({
      challenger: card.metrics.auc?.value,
      champion: card.champion?.metrics.auc?.value,
      'champion, same tables': card.champion?.sameTables.metrics.auc?.value,
      reference: card.reference?.metrics.auc?.value,
      'reference, same tables': card.reference?.sameTables.metrics.auc?.value,
    });
  });

  it('can be completed from the scores that were kept, as if it had been made with all metrics at once', async () => {
    const champion = await rivalOf(4, hourOf(hourStart(asOf) - 2 * hourMs));
    const whole = await cardOf({ champion, reference: null });
    const few: Plan = { ...plan, scorecard: { ...plan.scorecard, metrics: ['auc'] } };
    const packed = await packageOf(matrix, 'lately', asOf);
    const input = { plan: few, snapshot, window, matrix, package: packed, champion, reference: null };
    const card = await buildScorecard(ports, input);
    const measuring = { seed: plan.search.seed, costs: { falsePositive: 1, falseNegative: 1 }, own: {} };
    const wanted = [...plan.scorecard.metrics, 'recall', 'own taste'] as const;
    const { metrics: completed, champion: rival } = await completeCard(ports.store, card, wanted, measuring);
    const { recall, ...others } = completed;
    expect(others).toEqual(whole.metrics);
    expect(recall?.value).toBeGreaterThan(0);
    expect(rival?.difference).toMatchObject(whole.champion?.difference ?? {});
    const { testScores: _, ...swept } = card;
    expect(await completeCard(ports.store, swept, wanted, measuring)).toEqual(swept);
  });

  it('draws curves that agree with the metrics and hold every row', async () => {
    const card = await cardOf({ champion: null, reference: null });
    const { cuts, calibration, histogram, positives, negatives } = card.curves ?? required();
    expect([positives, positives + negatives]).toEqual([card.positives, card.rows]);
    expect(cuts.length).toBeLessThanOrEqual(202);
    expect([cuts[0]?.truePositives, cuts.at(-1)?.truePositives]).toEqual([0, positives]);
    const area = cuts.slice(1).reduce((sum, { truePositives, falsePositives }, at) => {
      const before = cuts[at] ?? required();
      return sum + ((falsePositives - before.falsePositives) * (truePositives + before.truePositives)) / 2;
    }, 0);
    expect(area / (positives * negatives)).toBeCloseTo(card.metrics.auc?.value ?? Number.NaN, 3);
    expect(calibration.reduce((sum, { rows }) => sum + rows, 0)).toBe(card.rows);
    expect(histogram.reduce((sum, bin) => sum + bin.positives, 0)).toBe(positives);
    const gap = calibration.reduce(
      (sum, { rows, score, rate }) => sum + (rows * Math.abs(rate - score)) / card.rows,
      0,
    );
    expect(gap).toBeCloseTo(card.metrics['calibration error']?.value ?? Number.NaN, 2);
  });

  it('says that a feature which the network never reads is worth nothing', async () => {
    const { rows, importance } = await cardOf({ champion: null, reference: null });
    const [first, last] = importance?.features ?? [];
    expect(importance).toMatchObject({ rows, repeats: 3 });
    expect(first?.feature).toBe('lately');
    expect(first?.auc?.mean).toBeGreaterThan(0.05);
    expect(last).toEqual({
      feature: 'size',
      auc: { mean: 0, deviation: 0 },
      logLoss: { mean: 0, deviation: 0 },
    });
  });

  it('judges the answers of each profile by its own threshold', async () => {
    const profiles = [
      { name: 'standard', falsePositive: 1, falseNegative: 1 },
      { name: 'careful', falsePositive: 1, falseNegative: 9 },
    ];
    const scorecard: Plan['scorecard'] = { metrics: ['recall', 'expected cost'], slices: [], profiles };
    const made = await packageOf(matrix, 'lately', asOf);
    const thresholds = [
      { name: 'standard', threshold: 0.65 },
      { name: 'careful', threshold: 0.6 },
    ];
    const card = await buildScorecard(ports, {
      ...{ plan: { ...plan, scorecard }, snapshot, window, matrix, champion: null, reference: null },
      package: { ...made, threshold: 0.65, profiles: thresholds },
    });
    const [standard, careful] = card.profiles ?? [];
    expect([standard?.threshold, careful?.threshold]).toEqual([0.65, 0.6]);
    expect(card.metrics).toEqual({
      recall: standard?.metrics.recall,
      'expected cost': standard?.metrics['expected cost'],
    });
    expect(careful?.metrics.recall?.value).toBeGreaterThan(standard?.metrics.recall?.value ?? 1);
    expect(careful?.metrics.recall?.low).toBeLessThan(careful?.metrics.recall?.value ?? 0);
  });

  it('makes tables older by 24 hours at most, and never younger', async () => {
    const old = await cardOf({ champion: await rivalOf(1, hourOf(hourStart(asOf) - 300 * hourMs)), reference: null });
    const newer = await cardOf({ champion: await rivalOf(9, hourOf(hourStart(asOf) + 5 * hourMs)), reference: null });
    expect([old.champion?.tablesOlderByHours, newer.champion?.tablesOlderByHours]).toEqual([24, 0]);
    expect(newer.champion?.difference).toEqual(newer.champion?.sameTables.difference);
  });

  it('makes tables no older than the snapshot has rows for', async () => {
    const short: Plan = { ...plan, window: { ...plan.window, trainMs: 6 * hour } };
    const ownWindow = runWindow(short, hourStart(asOf));
    const own = await frozen(ports, ownWindow.all);
    const ownMatrix = await buildFeatureMatrix(ports, short, own, ownWindow);
    const champion = await rivalOf(1, hourOf(hourStart(asOf) - 300 * hourMs));
    const input = { plan: short, snapshot: own, window: ownWindow, matrix: ownMatrix, champion, reference: null };
    const card = await buildScorecard(ports, { ...input, package: await packageOf(ownMatrix, 'lately', asOf) });
    expect(card.champion?.tablesOlderByHours).toBe(10);
  });

  it('scores a rival by its own features and encoders', async () => {
    const features: Plan['features'] = [{ kind: 'number', name: 'size', column: 'size' }];
    const ownPlan: Plan = { ...plan, features };
    const ownMatrix = await buildFeatureMatrix(ports, ownPlan, snapshot, window);
    const dull: Rival = { version: 2, plan: ownPlan, package: await packageOf(ownMatrix, 'size', asOf) };
    const card = await cardOf({ champion: null, reference: dull });
    expect(card.reference?.metrics.auc?.value).toBeGreaterThan(0.4);
    expect(card.reference?.metrics.auc?.value).toBeLessThan(0.6);
    expect(card.reference?.difference.auc?.low).toBeGreaterThan(0.05);
  });

  it('fails the gate of a challenger that is worse', async () => {
    const features: Plan['features'] = [{ kind: 'number', name: 'size', column: 'size' }];
    const ownPlan: Plan = { ...plan, features };
    const ownMatrix = await buildFeatureMatrix(ports, ownPlan, snapshot, window);
    const challenger = await packageOf(ownMatrix, 'size', asOf);
    const champion = await rivalOf(4, asOf);
    const input = {
      plan: ownPlan,
      snapshot,
      window,
      matrix: ownMatrix,
      package: challenger,
      champion,
      reference: null,
    };
    const verdict = judge(plan.gate, await buildScorecard(ports, input));
    expect(verdict.reasons.map(({ outcome }) => outcome)).toEqual(['failed', 'failed']);
  });

  it('refuses a rival whose label says something else', async () => {
    const other: Plan = { ...plan, label: { ...plan.label, from: { column: 'delay', is: 'above', value: 3 } } };
    const champion: Rival = { ...(await rivalOf(4, asOf)), plan: other };
    await expect(cardOf({ champion, reference: null })).rejects.toMatchObject({ code: 'scorecard.not-comparable' });
    const later: Plan = { ...plan, label: { ...plan.label, settlesAfter: { timesMs: hour, plusMs: 8 * hour } } };
    await expect(cardOf({ champion: { ...champion, plan: later }, reference: null })).rejects.toThrow(
      /scorecard.not-comparable: expected \d+ settled test rows, .* but came \d+ by the label of version 4/,
    );
  });

  // If this fails, the same inputs give another card than before: raise `scorecardVersion`, then update.
  it('golden: the card belongs to this scorecardVersion', async () => {
    const { testScores: _, ...card } = await cardOf({ champion: await rivalOf(4, asOf), reference: null });
    const rounded = JSON.stringify(card, (_key, value) =>
      typeof value === 'number' ? Number(value.toPrecision(5)) : value,
    );
    expect({ scorecardVersion, card: digestOf(rounded) }).toMatchInlineSnapshot(`
      {
        "card": "a8249b80a8cfdaddbbb6eff0e81289347ad9f751a2ed7aa47f55757e7cfbbd01",
        "scorecardVersion": 4,
      }
    `);
  });

  it('is the same bytes each time', async () => {
    const champion = await rivalOf(4, hourOf(hourStart(asOf) - 2 * hourMs));
    const [first, second] = [await cardOf({ champion, reference: null }), await cardOf({ champion, reference: null })];
    expect(JSON.stringify(second)).toBe(JSON.stringify(first));
  });

  it('agrees with the metric on scores made by SQL alone', async () => {
    const sized: Plan = { ...plan, features: [{ kind: 'number', name: 'size', column: 'size' }] };
    const ownMatrix = await buildFeatureMatrix(ports, sized, snapshot, window);
    const input = {
      plan: sized,
      snapshot,
      window,
      matrix: ownMatrix,
      package: await packageOf(ownMatrix, 'size', asOf),
    };
    const card = await buildScorecard(ports, { ...input, champion: null, reference: null });
    const rows = await ports.database.rows<{ size: number; late: number }>(
      `SELECT size, CAST(delay > 15 AS INTEGER) AS late FROM (${testRows()}) WHERE settled`,
    );
    const scores = Float32Array.from(rows, ({ size }) => size);
    const labels = Uint8Array.from(rows, ({ late }) => late);
    // The network's sigmoid makes a few ties that the sizes do not have.
    expect(card.metrics.auc?.value).toBeCloseTo(metrics.auc.value(scores, labels), 5);
  });
});

function required(): never {
  throw new Error('expected it on the card');
}

function cardOf(rivals: { champion: Rival | null; reference: Rival | null }): Promise<Scorecard> {
  return packageOf(matrix, 'lately', asOf).then((held) =>
    buildScorecard(ports, { plan, snapshot, window, matrix, package: held, ...rivals }),
  );
}

async function rivalOf(version: number, ofHour: Hour): Promise<Rival> {
  return { version, plan, package: await packageOf(matrix, 'lately', ofHour) };
}

/** A package whose network gives the sigmoid of one unscaled numeric column. */
async function packageOf(from: FeatureMatrix, column: string, ofHour: Hour): Promise<ModelPackage> {
  const { encoders } = from;
  const at = encoders.columns.numeric.indexOf(column);
  const network = encodeModel({
    name: 'one column',
    inputs: [{ name: 'numeric', type: 'float', dims: ['rows', encoders.columns.numeric.length] }],
    outputs: [{ name: 'score', type: 'float', dims: ['rows'] }],
    nodes: [
      { op: 'Gather', inputs: ['numeric', 'at'], outputs: ['chosen'], attributes: { axis: { int: 1 } } },
      { op: 'Sigmoid', inputs: ['chosen'], outputs: ['score'] },
    ],
    initializers: [{ name: 'at', type: 'int64', dims: [], values: BigInt64Array.of(BigInt(at)) }],
  });
  const digest = await putObject(ports.store, network);
  return {
    format: 1,
    pipeline: 'orders',
    plan: 'none',
    asOf: ofHour,
    candidate: { learner: 'logistic', parameters: {} },
    model: { digest, bytes: network.length },
    network: { digest, bytes: network.length },
    inputs: [],
    encoders,
    table: from.table.object,
    threshold: 0.5,
    answer: plan.answer,
    golden: { columns: {}, scores: [] },
    lineage: { snapshot: snapshot.id, matrix: 'none', trial: 'none' },
  };
}

interface SqlLabels {
  readonly rows: number;
  readonly positives: number;
  readonly unsettled: number;
  readonly places: readonly (readonly [string, string, number])[];
}

async function labelsBySql(): Promise<SqlLabels> {
  const rows = await ports.database.rows<{ place: string; settled: boolean; late: boolean }>(
    `SELECT place, settled, delay > 15 AS late FROM (${testRows()})`,
  );
  const settled = rows.filter((row) => row.settled);
  const counts = places.map((place) => ['place', place, settled.filter((row) => row.place === place).length] as const);
  return {
    rows: settled.length,
    positives: settled.filter((row) => row.late).length,
    unsettled: rows.length - settled.length,
    places: [...counts].sort((a, b) => b[2] - a[2] || (a[1] < b[1] ? -1 : 1)),
  };
}

/** The source's rows of the test window, with whether their label had settled by `asOf`. */
function testRows(): string {
  const [from, to] = [hourStart(window.test[0] ?? ''), hourStart(window.cutoff)];
  const settled = `epoch_ms("at") + handling * ${hour} <= ${hourStart(asOf)}`;
  return `SELECT *, ${settled} AS settled FROM read_parquet('${join(folder, 'orders.parquet')}')
    WHERE epoch_ms("at") >= ${from} AND epoch_ms("at") < ${to}`;
}

async function openedPorts(root: string): Promise<DataPorts & { close(): void }> {
  const database = await openDatabase({ threads: 1, memoryLimitMb: 512, temporaryFolder: join(root, 'spill') });
  return { database, store: localDisk(join(root, 'store')), folder: root, close: () => database.close() };
}

async function frozen(of: DataPorts, hours: readonly Hour[]): Promise<Snapshot> {
  const index = await indexSource(of, plan.contract);
  const { parts } = await validatePartitions(of, plan.contract, index, hours, undefined);
  return freezeSnapshot(of.store, plan.contract, parts);
}

/** 60 hours of 20 orders an hour and place. Few are handled so slowly that their label has not settled by `asOf`. */
async function writeOrders({ database }: DataPorts, path: string): Promise<void> {
  const random = seededRandom(21);
  const rates = places.map(() => random.normal());
  const rows: string[] = [];
  for (let at = start; at < hourStart(asOf); at += hour) {
    for (const [place, name] of places.entries()) {
      rates[place] = 0.85 * (rates[place] ?? 0) + random.normal();
      const share = 1 / (1 + Math.exp(-(rates[place] ?? 0)));
      for (let order = 0; order < 20; order += 1) {
        const [ms, delay] = [at + random.below(hour), random.next() < share ? 30 : 5];
        rows.push(`(make_timestamp(${ms} * 1000), ${delay}, '${name}', ${random.next()}, ${order === 0 ? 9 : 1})`);
      }
    }
  }
  await database.run(`CREATE TABLE orders ("at" TIMESTAMP, delay BIGINT, place VARCHAR, size DOUBLE, handling BIGINT)`);
  await database.run(`INSERT INTO orders VALUES ${rows.join(', ')}`);
  await database.run(`COPY orders TO '${path}' (FORMAT parquet)`);
}
