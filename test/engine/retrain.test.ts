import { existsSync } from 'node:fs';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Graph } from '../../core/graph.ts';
import type { VersionRecord } from '../../core/ledger.ts';
import type { ModelPackage } from '../../core/modelPackage.ts';
import type { RetrainDecision } from '../../core/retrainDecision.ts';
import type { RunRecord } from '../../core/run.ts';
import { moduleDigest } from '../../models/learners/learnerModule.ts';
import { encodeModel } from '../../models/onnx/encodeModel.ts';
import { getObjectJson } from '../../storage/objects.ts';
import { exampleRequest, servingUrl } from '../../workers/up.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import { root } from '../docs/codeBlocks.ts';
import { guideLearner, writeLearner } from '../docs/learnerOfGuide.ts';
import { findVersitygw } from '../storage/findVersitygw.ts';
import { startS3Server } from '../storage/s3Server.ts';
import { ask } from './keptState.ts';
import { openWorkshop, type RunningUp, type Workshop } from './workshop.ts';

const versitygw = await findVersitygw();

/** One workshop, one engine, and the runs in the order in which a user would make them. */
describe('whet retrain', () => {
  let workshop: Workshop;
  let up: RunningUp;
  let first: RunRecord;
  let later: RunRecord;
  let again: RunRecord;
  beforeAll(async () => {
    workshop = await openWorkshop();
    await addOwnFlights(workshop.folder);
    up = await workshop.up();
    first = await workshop.retrain('2001-03-15T12:00:00Z');
    later = await workshop.retrain('2001-03-15T13:00:00Z');
    again = await workshop.retrain('2001-03-15T12:00:00Z');
  });
  afterAll(() => workshop.close());

  test('prints one document that tells everything of the run', () => {
    expect(first).toMatchObject({
      pipeline: 'small-flights',
      asOf: '2001-03-15T12',
      run: 'small-flights/2001-03-15T12/1',
      status: 'judged',
      version: 1,
    });
    expect(first.rows?.read).toBeGreaterThan(50_000);
    const { total = 0, validated, reused } = first.snapshot?.partitions ?? {};
    expect([validated, reused]).toEqual([total, 0]);
    expect(first.trials).toMatchObject({ total: 3, run: 3, reused: 0 });
    expect(first.best?.learner).toMatch(/^(?:mlp|logistic)$/);
    const auc = first.scorecard?.metrics.auc;
    expect(auc?.value).toBeGreaterThan(0.6);
    expect([auc?.low ?? 1, auc?.high ?? 0].map((bound) => bound > (auc?.value ?? 0))).toEqual([false, true]);
    expect(first.verdict).toMatchObject({ passed: true });
    expect(first.stages.map(({ name }) => name)).toEqual([
      'contract',
      'snapshot',
      'features',
      'search',
      'package',
      'scorecard',
      'gate',
      'register',
    ]);
    for (const { seconds, reused: wasThere } of first.stages) expect([seconds >= 0, wasThere]).toEqual([true, false]);
  });

  test('reads and validates exactly one partition for the next hour, and whet why says so', async () => {
    expect(later.snapshot?.partitions).toMatchObject({
      validated: 1,
      reused: (later.snapshot?.partitions.total ?? 0) - 1,
    });
    const { stdout } = await workshop.whet('why', later.run);
    expect(stdout).toMatch(/contract: computed: from, to changed; 1 of \d+ partitions read and validated/);
    expect(stdout).toContain('to: 2001-03-15T12 -> 2001-03-15T13');
  });

  test('uses all that it knows when asked the same again: same snapshot, no trial, same model', () => {
    expect(again.snapshot?.id).toBe(first.snapshot?.id);
    expect(again.trials).toMatchObject({ total: 3, run: 0, reused: 3 });
    expect([again.model?.digest, again.version]).toEqual([first.model?.digest, first.version]);
    const reused = again.stages.filter((stage) => stage.reused).map(({ name }) => name);
    expect(reused).toEqual(expect.arrayContaining(['contract', 'snapshot', 'features', 'search', 'package']));
  });

  // In a bucket where a server for it can be had, which tells on stderr where not; else on the disk once more.
  test('gives the same snapshot and the same model in an empty place, to two commands at once', async () => {
    const server = versitygw === undefined ? undefined : await startS3Server(versitygw);
    const location = server?.location();
    const [other, machine] = [await openWorkshop({}, location), await openWorkshop({}, location)];
    try {
      const hour = '2001-03-15T12:00:00Z';
      const [fresh, joined] = await Promise.all([other.retrain(hour), other.retrain(hour)]);
      expect(joined).toEqual(fresh);
      expect(fresh).toMatchObject({ status: 'judged', version: 1, verdict: { passed: true } });
      expect([fresh.snapshot?.id, fresh.model?.digest]).toEqual([first.snapshot?.id, first.model?.digest]);
      expect(fresh.stages.some((stage) => stage.reused)).toBe(false);
      // All of it lies in the bucket: a machine that comes anew reads it there.
      expect(existsSync(join(other.folder, '.whet/store'))).toBe(server === undefined);
      const { stdout } = await machine.whet('runs', 'small-flights', '--json');
      const told = { ...fresh, tags: [], notes: [] };
      expect(JSON.parse(stdout)).toEqual(server === undefined ? [] : [told]);
    } finally {
      await Promise.all([other.close(), machine.close()]);
      await server?.stop();
    }
  });

  test('leaves a story that the other commands tell', async () => {
    const json = async (...args: string[]) => JSON.parse((await workshop.whet(...args, '--json')).stdout);
    const runs: RunRecord[] = await json('runs', 'small-flights');
    expect(runs.map(({ run }) => run)).toEqual([first.run, later.run, again.run]);
    expect(await json('trials', first.run)).toHaveLength(3);
    const { decisions, economics, underway } = await json('decisions', 'small-flights');
    expect(decisions.map(({ asOf, outcome }: RetrainDecision) => [asOf, outcome])).toEqual(
      [again, later, first].map(({ asOf }) => [asOf, 'run']),
    );
    expect([underway, economics.runs, economics.recommended.hours]).toEqual([null, 3, null]);
    expect((await workshop.whet('why', first.run)).stdout).toContain('asked for by a person');
    expect((await json('versions', 'small-flights')).map(({ version }: { version: number }) => version)).toEqual([
      1, 2,
    ]);
    expect(await json('live', 'small-flights')).toMatchObject({
      epoch: expect.any(Number),
      run: expect.stringContaining('small-flights/'),
    });
    const ledger = await json('ledger', 'small-flights');
    expect(ledger.slice(0, 2).map(({ event }: { event: { kind: string } }) => event.kind)).toEqual([
      'registered',
      'promoted',
    ]);
    const { scorecard } = await json('scorecard', 'small-flights', '1');
    expect(scorecard.slices[0]).toMatchObject({ column: 'origin', metrics: { auc: {}, brier: {} } });
    expect(scorecard.measured.scoringMs.p50).toBeGreaterThan(0);
    expect(scorecard.importance.features.map(({ feature }: { feature: string }) => feature)).toContain('originLately');
    expect(scorecard.testScores).toBe(first.scorecard?.testScores);
  });

  test('shows trials as CSV, compares two versions, and keeps what people say of them', async () => {
    const [heading = '', ...rows] = (await workshop.whet('trials', first.run, '--csv')).stdout.trim().split('\n');
    expect(heading).toMatch(/^rung,epochs,seed,learner,.*l2.*,auc,.*,backend,key$/);
    expect(rows.map((row) => row.split(',').length)).toEqual(Array(3).fill(heading.split(',').length));
    await workshop.whet('tag', 'small-flights', 'v1', 'audited', 'slow', '--who', 'ana');
    await workshop.whet('tag', 'small-flights', '1', 'slow', '--remove', '--who', 'ben');
    await workshop.whet('note', 'small-flights', '2001-03-15T13', 'a calm day', '--who', 'ana');
    expect((await workshop.whet('versions', 'small-flights')).stdout).toMatch(/^1 .* audited$/m);
    expect((await workshop.whet('runs', 'small-flights')).stdout).toMatch(/T13\/1 .* a calm day \(ana\)/);
    const { stdout } = await workshop.whet('compare', 'small-flights', '1', '2001-03-15T13', '--json');
    const found = JSON.parse(stdout);
    expect([found.a.run, found.a.noted, found.b.run]).toEqual([first.run, 'audited', later.run]);
    expect(found.plan).toEqual([]);
    expect(found.inputs.map(({ path }: { path: string }) => path)).toContain('features.snapshot');
    expect(found.metrics[0]).toMatchObject({ metric: 'auc', a: first.scorecard?.metrics.auc?.value });
    const refused = await workshop.whet('tag', 'small-flights', '1', 'a\ttab');
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('expected tags')]);
  });

  test('writes a version as a page, and takes one answer apart', async () => {
    const page = join(workshop.folder, 'card.html');
    expect((await workshop.whet('scorecard', 'small-flights', '1', '--html', page)).code).toBe(0);
    expect(await readFile(page, 'utf8')).toContain('small-flights, version 1');
    const again = await workshop.whet('scorecard', 'small-flights', '1', '--html', page);
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining(`--html ${page}`)]);
    const row = JSON.stringify({ date: '2001-03-15T18:00:00Z', distance: 500, origin: 'SFO' });
    const told = await workshop.whet('explain', 'small-flights', '--row', row, '--json');
    const { score, background, exact, contributions } = JSON.parse(told.stdout);
    expect([exact, contributions.length]).toEqual([true, 3]);
    const sum = contributions.reduce(
      (all: number, one: { contribution: number }) => all + one.contribution,
      background,
    );
    expect(sum).toBeCloseTo(score, 6);
    const origin = contributions.find(({ column }: { column: string }) => column === 'origin');
    expect(origin).toMatchObject({ value: 'SFO', features: ['origin', 'originLately'] });
    const wrong = await workshop.whet('explain', 'small-flights', '--row', '{"origin":"SFO"}');
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('row.missing-column')]);
  });

  test('renews the tables of the version that answers, under its weights, once', async () => {
    const [before] = await versions('champion');
    const { code, stdout } = await workshop.whet('refresh', 'small-flights', '--as-of', '2001-03-15T15', '--json');
    const record: RunRecord = JSON.parse(stdout);
    expect([code, record.status, record.refreshes]).toEqual([0, 'refreshed', before?.version]);
    expect(record.snapshot?.partitions.validated).toBe(2);
    const [after] = await versions('champion');
    expect(after).toMatchObject({ version: record.version, asOf: '2001-03-15T15', refresh: { of: before?.version } });
    const [held, made] = [await packageOf(before), await packageOf(after)];
    const { table: then, model: wrote, ...weights } = keptOf(held);
    const { table, model, ...same } = keptOf(made);
    expect(same).toEqual(weights);
    expect([made.asOf, table === then, model.digest === wrote.digest]).toEqual(['2001-03-15T15', false, false]);
    expect(await tellOf('live', 'small-flights')).toContain(`${record.version}`);
    expect(await tellOf('ledger', 'small-flights')).toContain(
      `refreshed from version ${before?.version}: the tables of 2001-03-15T15 with the weights of version`,
    );
    const again = await workshop.whet('refresh', 'small-flights', '--as-of', '2001-03-15T15');
    expect([again.code, again.stdout]).toEqual([
      0,
      expect.stringContaining('skipped: no new labels settled since 2001-03-15T15'),
    ]);
    const older = await tellOf('refresh', 'small-flights', '--as-of', '2001-03-15T14');
    expect(older).toContain(`skipped: version ${record.version} has the tables of 2001-03-15T15 already`);
    expect((await workshop.whet('why', record.run)).stdout).toContain('contract: computed');
  });

  const tellOf = async (...args: string[]) => (await workshop.whet(...args)).stdout;
  const packageOf = (version?: VersionRecord) => getObjectJson<ModelPackage>(workshop.store, version?.package ?? '');
  const keptOf = ({ table, model, network, encoders, threshold, sketches }: ModelPackage) => {
    return { table, model, network, encoders, threshold, sketches };
  };
  const versions = async (alias: string): Promise<VersionRecord[]> => {
    const all = JSON.parse(await tellOf('versions', 'small-flights', '--json'));
    return all.filter(({ aliases }: { aliases: string[] }) => aliases.includes(alias));
  };

  test('refuses what it cannot do: exit code, code, what to send', async () => {
    const unknown = await workshop.whet('retrain', 'small-fligths');
    expect([unknown.code, unknown.stderr]).toEqual([
      2,
      expect.stringContaining("pipeline.unknown: expected a pipeline of pipelines/ ('own-flights', 'small-flights')"),
    ]);
    const hour = await workshop.whet('retrain', 'small-flights', '--as-of', 'noon');
    expect([hour.code, hour.stderr]).toEqual([2, expect.stringContaining('input.invalid')]);
    const beyond = await workshop.whet('retrain', 'small-flights', '--as-of', '2002-01-01T00');
    expect([beyond.code, beyond.stdout]).toEqual([3, expect.stringContaining('source.no-such-hour')]);
    const second = await workshop.whet('up');
    expect([second.code, second.stderr]).toEqual([7, expect.stringContaining(`${up.process.pid}`)]);
  });

  test("judges a model of the user's own like any other, on the matrix that it writes for its training", async () => {
    const to = join(workshop.folder, 'matrix.csv');
    expect((await workshop.whet('matrix', first.run, '--to', to)).stdout).toContain(
      'in this order: distance, hour.sin, hour.cos, originLately, origin',
    );
    const [header, line] = (await readFile(to, 'utf8')).split('\n');
    expect(header).toBe('_part,_hour,_label,distance,hour.sin,hour.cos,originLately,origin');
    expect(line).toMatch(/^train,2001-03-1\dT\d\d:00:00Z,[01],/);

    const file = join(workshop.folder, 'own.onnx');
    await writeFile(file, encodeModel(recentRateAlone));
    const { code, stdout, stderr } = await workshop.whet(
      'register',
      'small-flights',
      file,
      '--run',
      first.run,
      '--json',
    );
    expect([code, stderr]).toEqual([0, expect.stringContaining('package: model')]);
    const record: RunRecord = JSON.parse(stdout);
    expect(record).toMatchObject({ status: 'judged', asOf: first.asOf, plan: first.plan });
    expect(record.stages.map(({ name }) => name)).toEqual(['package', 'scorecard', 'gate', 'register']);
    expect(record.model?.digest).not.toBe(first.model?.digest);
    const auc = record.scorecard?.metrics.auc?.value ?? 0;
    expect([auc > 0.52, auc < (first.scorecard?.metrics.auc?.value ?? 0) + 0.02]).toEqual([true, true]);
    expect((await workshop.whet('versions', 'small-flights')).stdout).toContain(`${record.version}`);

    await writeFile(file, 'no model');
    const refused = await workshop.whet('register', 'small-flights', file);
    expect([refused.code, refused.stdout]).toEqual([3, expect.stringContaining('model.not-usable')]);
  });

  test("trains a learner of the project's own in its processes; the version answers; edited, the file is refused", async () => {
    const own = await workshop.whet('retrain', 'own-flights', '--as-of', '2001-03-15T12', '--json');
    const record: RunRecord = JSON.parse(own.stdout || own.stderr);
    expect(record).toMatchObject({ status: 'judged', version: 1, snapshot: { id: first.snapshot?.id } });
    const digest = await moduleDigest(workshop.folder, guideLearner);
    const module = { name: 'wide and deep', path: guideLearner, digest };
    expect(record.best).toMatchObject({ learner: 'module', module, parameters: { units: 6 } });
    expect(record.trials).toMatchObject({ total: 2, run: 2 });
    const { stdout: trials } = await workshop.whet('trials', record.run);
    expect(trials).toMatch(/ wide and deep +\{/);
    expect(trials).toMatch(new RegExp(`${record.run} took wide and deep \\{.*\\} after [\\d.]+ epochs\\n$`));
    const place = openWorkplace(workshop.folder, join(workshop.folder, '.whet'), undefined);
    const url = (await servingUrl(place, 'own-flights')) ?? '';
    const answer = await ask(await exampleRequest(place, 'own-flights', url));
    expect(answer).toMatch(/"version":1/);
    await appendFile(join(workshop.folder, guideLearner), '// edited');
    const refused = await workshop.whet('retrain', 'own-flights', '--as-of', '2001-03-15T13');
    expect([refused.code, refused.stdout]).toEqual([4, expect.stringContaining('learner.differs')]);
  });
});

/** A second pipeline on the same rows, with the guide's learner: what is before its search is there already. */
async function addOwnFlights(folder: string): Promise<void> {
  writeLearner(folder);
  const text = `import { ownLearner } from 'whetstone';
import { smallFlights } from '${root}/test/pipelines/smallFlights.ts';
const parameters = { learningRate: [0.01, 0.03], l2: [0], units: [6] };
const learners = [ownLearner('wide and deep', { module: '${guideLearner}', parameters })];
export const own = smallFlights({ id: 'own-flights', learners });
`;
  await writeFile(join(folder, 'pipelines/own.ts'), text);
}

/** The score is one of the features: the share of an airport's flights that came late lately. */
const recentRateAlone: Graph = {
  name: 'recent rate',
  inputs: [{ name: 'X', type: 'float', dims: ['rows', 5] }],
  outputs: [{ name: 'score', type: 'float', dims: ['rows'] }],
  nodes: [{ op: 'Gather', inputs: ['X', 'third'], outputs: ['score'], attributes: { axis: { int: 1 } } }],
  initializers: [{ name: 'third', type: 'int64', dims: [], values: BigInt64Array.of(3n) }],
};
