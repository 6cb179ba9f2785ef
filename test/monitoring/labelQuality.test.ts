import { afterEach, beforeEach, expect, test } from 'vitest';
import { clusterInterval } from '../../core/intervals.ts';
import { auc } from '../../models/metrics/auc.ts';
import { logLoss } from '../../models/metrics/logLoss.ts';
import { joinLabels } from '../../monitoring/joinLabels.ts';
import { keptLabels } from '../../monitoring/keptLabels.ts';
import { labelQuality } from '../../monitoring/labelQuality.ts';
import { openJoinPorts, pipeline, prediction, writeLog } from './logFixture.ts';

const request = { pipeline, eventTime: 'date', settlesWithinMs: 0 };
const hours = 10;
const perHour = 20;

let ports: Awaited<ReturnType<typeof openJoinPorts>>;
beforeEach(async () => {
  ports = await openJoinPorts();
});
afterEach(() => ports.close());

test('tells the quality of each version and variant, answering or beside, with intervals by hour as a scorecard has them', async () => {
  const rows = Array.from({ length: hours * perHour }, (_, row) => {
    const hour = Math.floor(row / perHour);
    const at = new Date(Date.UTC(2001, 2, 15, hour, row % perHour)).toISOString();
    const others = { challenger: { version: 2, score: ((row * 31) % 97) / 97 } };
    return {
      hour,
      label: row % 3 === 0,
      line: prediction({ predictionId: `a-${row}/0`, at, score: ((row * 7) % 89) / 89, others }),
    };
  });
  await writeLog(
    ports.store,
    'predictions',
    'a',
    rows.map(({ line }) => line),
  );
  const settled = rows.filter((_, row) => row % 4 !== 0);
  const key = (predictionId: string) => ({ kind: 'prediction' as const, predictionId });
  const back = settled.map(({ line, label }) => ({
    ...{ feedbackId: line.predictionId, pipeline, key: key(line.predictionId), label, receivedAt: line.at },
  }));
  await writeLog(ports.store, 'feedback', 'b', back);

  const join = await keptLabels(ports, request);
  expect(await keptLabels(ports, request)).toEqual(join);
  expect(await keptLabels(ports, { ...request, settlesWithinMs: 1 })).not.toEqual(join);

  const [labels, hour] = [
    Uint8Array.from(settled, ({ label }) => Number(label)),
    Uint32Array.from(settled, (one) => one.hour),
  ];
  const wrong = Float64Array.from(settled, ({ line, label }) => Number(line.score >= line.threshold !== label));
  const expected = (scores: Float64Array) => ({
    logLoss: near(clusterInterval(logLoss.value(scores, labels), logLoss.influence?.(scores, labels) ?? wrong, hour)),
    auc: near(clusterInterval(auc.value(scores, labels), auc.influence?.(scores, labels) ?? wrong, hour)),
  });
  const rate = wrong.reduce((sum, each) => sum + each, 0) / wrong.length;
  const counts = { rows: hours * perHour, settled: settled.length };
  expect(await labelQuality(ports, join.hours)).toEqual([
    {
      ...{ version: 1, variant: 'champion', ...counts, errorRate: near(clusterInterval(rate, wrong, hour)) },
      ...expected(Float64Array.from(settled, ({ line }) => line.score)),
    },
    {
      ...{ version: 2, variant: 'challenger', ...counts, errorRate: null },
      ...expected(Float64Array.from(settled, ({ line }) => line.others?.challenger?.score ?? Number.NaN)),
    },
  ]);
});

function near<T extends object>(estimate: T): T {
  const entries = Object.entries(estimate).map(([name, value]) => [
    name,
    typeof value === 'number' ? expect.closeTo(value, 9) : value,
  ]);
  return Object.fromEntries(entries) as T;
}

test('a file of the log that is no longer there takes its rows with it, and nothing else', async () => {
  const lines = ['2001-03-15T12:00:00Z', '2001-03-15T13:00:00Z'].map((at, row) =>
    prediction({ predictionId: `a-${row}/0`, at }),
  );
  await writeLog(ports.store, 'predictions', 'a', lines);
  const join = await joinLabels(ports, request);
  const [first = ''] = await ports.store.list(`predictions/${pipeline}/`);
  await ports.store.remove(first);
  const less = await joinLabels(ports, request, join);
  expect(less.hours).toEqual({ '2001-03-15T13': join.hours['2001-03-15T13'] });
});
