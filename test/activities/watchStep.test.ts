import { asyncLocalStorage, type Context } from '@temporalio/activity';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Ports } from '../../activities/ports.ts';
import { createRolloutActivities } from '../../activities/rollout.ts';
import { createWatchActivities, type StepWatch } from '../../activities/watchStep.ts';
import type { FeedbackLine } from '../../core/feedback.ts';
import type { Plan } from '../../core/plan.ts';
import type { StepCheck, StepVerdict } from '../../core/rolloutAnalysis.ts';
import { usualAnalysis } from '../../core/rolloutPlan.ts';
import { registerVersion } from '../../registry/versions.ts';
import type { PredictionLine } from '../../serving/predictionLog.ts';
import { createJson } from '../../storage/objects.ts';
import { openJoinPorts, pipeline, prediction, writeLog } from '../monitoring/logFixture.ts';
import { candidateOf } from '../workflows/candidateOf.ts';

const at = '2001-03-15T12:05:00.000Z';
const now = Date.parse('2001-03-15T13:20:00.000Z');
const plan = {
  pipeline,
  contract: { eventTime: 'date' },
  label: { settlesWithinMs: 0 },
  serving: {},
  rollout: {},
} as unknown as Plan;
const watch: StepWatch = {
  ...{ pipeline, version: 2, rival: 1, epoch: 2, alpha: 0.01, forMs: 0, untilPassed: false },
  analysis: usualAnalysis,
  step: { kind: 'shadow', weight: 0, forMs: 1_000, requests: 0 },
};

/** What an activity reads of its surroundings here. */
const context = { heartbeat() {}, cancellationSignal: new AbortController().signal } as unknown as Context;

let ports: Awaited<ReturnType<typeof openJoinPorts>>;
let look: () => Promise<StepVerdict>;
beforeEach(async () => {
  ports = await openJoinPorts();
  const given = { ...ports, plans: new Map(), clock: () => now } as unknown as Ports;
  const { watchStep } = createWatchActivities(given);
  look = () => asyncLocalStorage.run(context, () => watchStep(watch));
  await createJson(ports.store, 'plans/plan-1.json', plan);
  for (const digest of ['d1', 'd2']) {
    await registerVersion(ports.store, pipeline, candidateOf(pipeline, digest, '2001-03-15T12'), {
      who: 'run r',
      why: 'a test',
      at,
    });
  }
  const commit = { pipeline, who: 'a test', why: 'a test', at };
  await createRolloutActivities(given).commit({ ...commit, event: 'promoted', version: 1 });
  await createRolloutActivities(given).commit({ ...commit, event: 'traffic changed', version: 2, step: watch.step });
});
afterEach(() => ports.close());

/** Rows that version 1 answered and version 2 scored beside it, of which 80 % turn out positive. */
const rows = (count: number, name: string, newcomer: number) =>
  Array.from({ length: count }, (_, row) =>
    prediction({
      ...{
        predictionId: `${name}-${row}/0`,
        at: row % 2 === 0 ? at : '2001-03-15T13:10:00.000Z',
        epoch: 2,
        score: 0.8,
      },
      others: { challenger: { version: 2, score: newcomer } },
    }),
  );
const labelsOf = (lines: readonly PredictionLine[]) =>
  lines.map(
    ({ predictionId }, row): FeedbackLine => ({
      ...{ feedbackId: predictionId, pipeline, key: { kind: 'prediction', predictionId }, label: row % 5 !== 0 },
      receivedAt: '2001-03-15T13:15:00.000Z',
    }),
  );
const quality = ({ checks }: StepVerdict): StepCheck | undefined => checks.find(({ what }) => what === 'quality');

test('a version that is worse on labels that came back fails its step, by the rows that both scored since it began', async () => {
  expect(quality(await look())).toMatchObject({ outcome: 'inconclusive', text: '0 labels are back' });
  const worse = rows(1_000, 'a', 0.2);
  await writeLog(ports.store, 'predictions', 'a-0', [
    ...worse,
    ...worse.map((row) => ({ ...row, predictionId: `x${row.predictionId}`, epoch: 1 })),
  ]);
  await writeLog(ports.store, 'feedback', 'b-0', labelsOf(worse.slice(0, 60)));
  expect(quality(await look())).toMatchObject({ outcome: 'inconclusive', text: '60 labels are back' });
  await writeLog(
    ports.store,
    'feedback',
    'b-1',
    labelsOf(worse.map((row) => ({ ...row, predictionId: `x${row.predictionId}` }))),
  );
  await writeLog(ports.store, 'feedback', 'b-2', labelsOf(worse).slice(60));
  const verdict = await look();
  // 0.8 ln(0.8 / 0.2) + 0.2 ln(0.2 / 0.8)
  const text = 'on 1,000 rows with labels the log loss differs by 0.832';
  expect([verdict.outcome, quality(verdict)]).toEqual(['fail', { what: 'quality', outcome: 'fail', text }]);
});

test('a version that is as good passes', async () => {
  const alike = rows(500, 'a', 0.79);
  await writeLog(ports.store, 'predictions', 'a-0', alike);
  await writeLog(ports.store, 'feedback', 'b-0', labelsOf(alike));
  expect(quality(await look())?.outcome).toBe('pass');
});
