import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FeedbackKey } from '../../core/feedback.ts';
import { flightDelays } from '../../pipelines/flight-delays.ts';
import { registerVersion } from '../../registry/versions.ts';
import { localDisk } from '../../storage/localDisk.ts';
import { putJson } from '../../storage/objects.ts';
import { pipeline, prediction, writeLog } from '../monitoring/logFixture.ts';
import { byTest, versionLike } from '../registry/versionLike.ts';

const root = resolve(import.meta.dirname, '../..');
const at = '2001-03-15T12:30:00.000Z';
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whet-labels-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const whet = (...args: string[]) =>
  spawnSync(process.execPath, [join(root, 'cli/whet.ts'), ...args], {
    cwd: folder,
    env: { ...process.env, WHET_STORE: join(folder, 'store') },
    encoding: 'utf8',
  });

test('tells what became of predictions and labels by hour, and how good each version was', async () => {
  const store = localDisk(join(folder, 'store'));
  await putJson(store, 'plans/plan.json', flightDelays.plan);
  await registerVersion(store, pipeline, versionLike('a'), byTest);
  const row = { date: at, origin: 'AAA', destination: 'BBB', distance: 100 };
  const lines = ['a-0/0', 'a-0/1', 'a-1/0'].map((predictionId) => prediction({ predictionId, at, row }));
  await writeLog(store, 'predictions', 'a', [
    ...lines,
    prediction({ predictionId: 'a-2/0', at: '2001-03-15T13:00:00.000Z' }),
  ]);
  const label = (feedbackId: string, key: FeedbackKey, value: boolean, receivedAt = '2001-03-15T15:00:00.000Z') => ({
    ...{ feedbackId, pipeline, key, label: value, receivedAt },
  });
  const of = (predictionId: string): FeedbackKey => ({ kind: 'prediction', predictionId });
  await writeLog(store, 'feedback', 'b', [
    ...[label('1', of('a-0/0'), true), label('1', of('a-0/0'), true), label('2', of('a-0/1'), false)],
    label('3', of('a-0/1'), true, '2001-03-15T23:00:00.000Z'),
    label('4', { kind: 'row', columns: { origin: 'AAA', destination: 'BBB' }, eventTime: at }, true),
    label('5', of('nobody-0/0'), true),
  ]);

  const { status, stdout } = whet('labels', pipeline);
  expect(status).toBe(0);
  const told = stdout.split('\n').map((line) => line.split(/ {2,}/));
  expect(told[1]).toEqual(['2001-03-15T12', ...'3 2 0 1 0 0 1 1 1 1 0'.split(' ')]);
  expect(stdout).toContain('Of no prediction in the log: 1 unknown, 0 from the future, 0 again.');
  expect(told.find(([version]) => version === '1')?.slice(0, 5)).toEqual([
    '1',
    'champion',
    '4',
    '2',
    '0.0000 (no interval: too few hours)',
  ]);

  const json = whet('labels', pipeline, '--from', '2001-03-15T13', '--to', '2001-03-15T14', '--json');
  expect(JSON.parse(json.stdout)).toMatchObject({
    hours: [{ hour: '2001-03-15T13', predictions: 1, settled: 0, missing: 1 }],
    unplaced: { unknown: 1 },
    versions: [{ version: 1, rows: 1, settled: 0, errorRate: null, logLoss: null, auc: null }],
  });
});
