import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { pastCandidates } from '../../activities/pastCandidates.ts';
import { keepPlan } from '../../activities/planOf.ts';
import { seededRandom } from '../../core/random.ts';
import type { Scorecard } from '../../core/scorecard.ts';
import { tryGate } from '../../core/tryGate.ts';
import { metrics } from '../../models/metrics/metrics.ts';
import { keepTestScores } from '../../models/testScores.ts';
import { appendLedger } from '../../registry/ledger.ts';
import { registerVersion } from '../../registry/versions.ts';
import { localDisk } from '../../storage/localDisk.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { putObjectJson } from '../../storage/objects.ts';
import { loadRules } from '../../workers/catalogue.ts';
import { flightPlan } from '../models/flightPlan.ts';
import { byTest, versionLike } from '../registry/versionLike.ts';

const pipeline = 'flight-delays';
const index = join(import.meta.dirname, '../../index.ts');
let folder: string;
let store: ObjectStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whet-past-'));
  store = localDisk(folder);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('past candidates come with their cards, completed from the scores that are kept, and know when the anchor moved', async () => {
  const scores = testScores();
  const testScoresId = await keepTestScores(store, scores);
  const full: Scorecard = { ...card(0.7), testScores: testScoresId };
  await register('d1', await putObjectJson(store, full));
  await appendLedger(store, pipeline, { kind: 'promoted', version: 1 }, byTest);
  await register('d2', await putObjectJson(store, card(0.6)));
  await appendLedger(store, pipeline, { kind: 'made reference', version: 2 }, byTest);
  await register('d3', 'a'.repeat(64));
  const refresh = { of: 1, weights: 1 };
  await registerVersion(store, pipeline, versionLike('r1', { refresh }), byTest); // No gate judged it.

  const rules = await rulesOf("[auc.atLeast(0.65), logLoss.atMost(9)]; export const more = packageSize.atMost('2 MB')");
  expect(rules.map(({ kind }) => kind)).toEqual(['atLeast', 'atMost', 'atMost']);
  const past = await pastCandidates(store, pipeline, { rules: rules.slice(0, 2), over: 200, own: {} });
  expect(past.map(({ version, isAnewAnchored }) => [version, isAnewAnchored])).toEqual([
    [1, false],
    [2, true],
    [3, true],
  ]);
  const [first] = past;
  const expected = metrics['log loss'].value(scores.scores.challenger, scores.labels);
  expect(first?.card).toMatchObject({ metrics: { auc: { value: 0.7 }, 'log loss': { value: expected } } });
  expect(tryGate(rules.slice(0, 2), past, 86_400_000).map(({ now, why }) => [now, why])).toEqual([
    ['passed', 'all rules pass'],
    ['failed', expect.stringContaining('auc 0.6000')],
    [null, 'its scorecard was swept'],
  ]);
  expect(await pastCandidates(store, pipeline, { rules, over: 1, own: {} })).toHaveLength(1);
});

test('a file without rules is refused', async () => {
  await expect(rulesOf('[1, 2]')).rejects.toThrow(
    /such as 'export const gate = \[auc\.atLeast\(0\.6\)\]'.* but came none/s,
  );
});

async function register(digest: string, scorecard: string): Promise<void> {
  const plan = await keepPlan(store, flightPlan);
  await registerVersion(store, pipeline, versionLike(digest, { scorecard, plan }), byTest);
}

async function rulesOf(text: string) {
  const file = join(folder, 'rules.ts');
  await writeFile(file, `import { auc, logLoss, packageSize } from '${index}';\nexport const gate = ${text};\n`);
  return loadRules(file);
}

function testScores() {
  const random = seededRandom(2);
  const hours = Uint32Array.from({ length: 480 }, (_, row) => Math.floor(row / 20));
  const labels = Uint8Array.from(hours, () => (random.next() < 0.3 ? 1 : 0));
  const challenger = Float32Array.from(labels, (label) => 0.2 + 0.3 * label + 0.3 * random.next());
  return { labels, hours, scores: { challenger } };
}

function card(auc: number): Scorecard {
  return {
    ...{ asOf: '2001-03-15T12', rows: 480, positives: 140, hours: 24, unsettled: 0 },
    metrics: { auc: { value: auc, low: auc - 0.01, high: auc + 0.01, freedom: 23 } },
    ...{ slices: [], champion: null, reference: null },
  };
}
