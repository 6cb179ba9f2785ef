import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { agoText, sparkline, watchLines } from '../../cli/watchLines.ts';
import type { AlertEntry } from '../../core/alert.ts';
import type { Look, MonitorFinding } from '../../core/look.ts';
import { appendLedger } from '../../registry/ledger.ts';
import { keepLook } from '../../registry/looks.ts';
import { registerVersion } from '../../registry/versions.ts';
import { watchedPipelines, watchStanding } from '../../registry/watchStanding.ts';
import { digestOfValue } from '../../storage/digest.ts';
import { localDisk } from '../../storage/localDisk.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { createJson } from '../../storage/objects.ts';
import { byTest, versionLike } from '../registry/versionLike.ts';

const pipeline = 'flights';
const time = (minute: number) => `2001-03-15T12:${String(minute).padStart(2, '0')}:00.000Z`;
let folder: string;
let store: ObjectStore;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whet-watch-'));
  store = localDisk(join(folder, '.whet/store'));
  await registerVersion(store, pipeline, versionLike('a', { asOf: '2001-03-15T11' }), byTest);
  await appendLedger(store, pipeline, { kind: 'promoted', version: 1 }, { ...byTest, at: time(5) });
  await registerVersion(store, pipeline, versionLike('b'), byTest);
  await createJson(store, `serving/${pipeline}/routing.json`, {});
  for (const [minute, auc] of [
    [10, 0.7],
    [20, 0.65],
    [30, 0.6],
  ] as const)
    await keepLook(store, lookAt(minute, auc));
  const first = { n: 1, previous: null, standing: { alerts: [], silences: [] } };
  await createJson(store, `alerts/${pipeline}/1.json`, first);
  await createJson(store, `alerts/${pipeline}/2.json`, { ...alertEntry, previous: digestOfValue(first) });
  const decision = { format: 1, pipeline, at: time(31), text: 'skipped: 41 settled labels, 500 needed' };
  await createJson(store, `decisions/${pipeline}/2001-03-15T12-11-00.000Z-a.json`, { ...decision, text: 'an old one' });
  await createJson(store, `decisions/${pipeline}/2001-03-15T12-31-00.000Z-b.json`, decision);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function finding(about: string, changes: Partial<MonitorFinding>): MonitorFinding {
  return {
    ...{ monitor: 'performance', kind: 'performance', about, state: 'fine', from: time(0), to: time(10), rows: 500 },
    ...{ value: null, limit: null, text: 'told' },
    ...changes,
  };
}

function lookAt(minute: number, auc: number): Look {
  const of = finding('auc of champion', { state: auc < 0.65 ? 'off' : 'fine', value: auc, limit: 0.65 });
  const findings = [finding('on ATL', { state: 'too little to say', rows: 3 }), of];
  return { format: 1, pipeline, at: time(minute), plan: 'plan', champion: { version: 1, epoch: 1 }, findings };
}

const alertEntry = {
  n: 2,
  standing: {
    alerts: [
      {
        ...{ alert: 2, rule: 'decay', severity: 'page', state: 'firing', firedAt: time(30), acknowledged: null },
        parts: [{ firing: true, since: time(30), finding: finding('auc of champion', {}) }],
      },
    ],
    silences: [
      { silence: 3, until: time(32) },
      { silence: 4, until: time(33) },
    ],
  },
} as unknown as AlertEntry;

test('tells by the store alone who answers, what was found, what is open and what was decided', async () => {
  expect(await watchedPipelines(store)).toEqual([pipeline]);
  const standing = await watchStanding(store, pipeline, Date.parse(time(32)));
  expect(standing.champion).toEqual({ version: 1, epoch: 1, asOf: '2001-03-15T11', since: time(5) });
  expect(standing.look).toMatchObject({
    at: time(30),
    key: `looks/${pipeline}/2001-03-15T12-30-00.000Z.json`,
    counts: { off: 1, fine: 0, 'too little to say': 1 },
  });
  expect(standing.findings.map(({ about, course }) => [about, course])).toEqual([
    ['auc of champion', [0.7, 0.65, 0.6]],
    ['on ATL', [null, null, null]],
  ]);
  expect(standing.silences.map(({ silence }) => silence)).toEqual([4]);
  const lines = watchLines(standing, Date.parse(time(32)));
  expect(lines).toEqual([
    'flights: version 1 (epoch 1) answers since 27 min 0 s, tables of 2001-03-15T11',
    'looked 2 min 0 s ago: 1 off, 0 fine, 1 too little to say',
    '  state              monitor      about            value   limit   rows  last looks',
    '  off                performance  auc of champion  0.6000  0.6500  500   █▅▁',
    '  too little to say  performance  on ATL                           3',
    'alert 2 decay (page) firing, fired 2 min 0 s ago: auc of champion',
    'retrain 1 min 0 s ago: skipped: 41 settled labels, 500 needed',
  ]);
});

test('tells what too little is known of once for each monitor and reason', async () => {
  const standing = await watchStanding(store, pipeline, Date.parse(time(32)));
  const vague = (about: string, text: string) => ({
    ...finding(about, { state: 'too little to say', rows: 3, text }),
    course: [],
  });
  const findings = [vague('on ATL', 'no row'), vague('on JFK', 'no row'), vague('on LAX', '3 rows')];
  expect(watchLines({ ...standing, findings }, Date.parse(time(32))).slice(3, -2)).toEqual([
    '  too little to say  performance  2 figures, such as on ATL',
    '  too little to say  performance  on LAX                                   3',
  ]);
});

test('whet watch prints it once, as JSON too, and refuses a name that nobody has', async () => {
  const whet = (...args: string[]) =>
    spawnSync(process.execPath, [resolve(import.meta.dirname, '../../cli/whet.ts'), 'watch', ...args], {
      cwd: folder,
      encoding: 'utf8',
    });
  expect(whet('--once').stdout).toMatch(/^flights: version 1 .*\nlooked .* 1 off.*\nretrain .*500 needed\n$/s);
  const [told] = JSON.parse(whet(pipeline, '--json').stdout);
  expect(told).toMatchObject({ pipeline, champion: { version: 1 }, alerts: [{ rule: 'decay' }] });
  await expect(watchStanding(store, 'flihgts', 0)).rejects.toThrow('pipeline.unknown');
});

test('the course of a figure, and a length of time, in few signs', () => {
  expect(sparkline([0, null, 7, 3.5])).toBe('▁ █▅');
  expect(sparkline([2, 2])).toBe('▄▄');
  expect(sparkline([])).toBe('');
  expect([-5, 59_999, 60_000, 3_660_000, 90_000_000].map(agoText)).toEqual([
    ...['0 s', '59 s', '1 min 0 s', '1 h 1 min', '1 d 1 h'],
  ]);
});
