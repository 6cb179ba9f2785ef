import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Plan } from '../../core/plan.ts';
import { keptLabels } from '../../monitoring/keptLabels.ts';
import { sourceLabels } from '../../monitoring/sourceLabels.ts';
import { flightDelays } from '../../pipelines/flight-delays.ts';
import { flights, openWorkbench, type Workbench } from '../datasets/workbench.ts';
import { prediction, writeLog } from './logFixture.ts';

let bench: Workbench;
beforeAll(async () => {
  bench = await openWorkbench();
});
afterAll(() => bench.close());

test('the flights of the next hours are the labels of the predictions; one that cannot be told from another is left out', async () => {
  const ports = bench.emptied();
  const plan: Plan = { ...flightDelays.plan, contract: flights({ path: 'flights.csv' }, 'csv') };
  const header = 'date,delay,distance,origin,destination';
  const flown = [
    ...['2001-03-15T12:10:00Z,40,733,AAA,BBB', '2001-03-15T12:20:00Z,3,100,AAA,CCC'],
    ...['2001-03-15T12:30:00Z,40,733,AAA,BBB', '2001-03-15T12:30:00Z,0,733,AAA,BBB'],
    '2001-03-16T00:00:00Z,0,733,AAA,BBB',
  ];
  await writeFile(join(ports.folder, 'flights.csv'), `${[header, ...flown].join('\n')}\n`);
  const row = (date: string, distance: number, destination: string) => ({ date, distance, origin: 'AAA', destination });
  const at = '2001-03-15T12:35:00.000Z';
  await writeLog(ports.store, 'predictions', 'a', [
    prediction({ predictionId: 'a-0/0', at, row: row('2001-03-15T12:10:00.000Z', 733, 'BBB') }),
    prediction({ predictionId: 'a-1/0', at, row: row('2001-03-15T12:20:00.000Z', 100, 'CCC') }),
    prediction({ predictionId: 'a-2/0', at, row: row('2001-03-15T12:30:00.000Z', 733, 'BBB') }),
    prediction({ predictionId: 'a-3/0', at, row: row('2001-03-15T12:40:00.000Z', 733, 'BBB') }),
    prediction({ predictionId: 'a-4/0', at, row: row('2001-03-16T00:00:00.000Z', 733, 'BBB') }),
  ]);
  const request = { pipeline: plan.pipeline, eventTime: 'date', settlesWithinMs: plan.label.settlesWithinMs };
  const asked = Object.values((await keptLabels(ports, request)).hours);
  const now = Date.parse('2001-03-16T01:00:00Z');
  expect(await sourceLabels(ports, plan, asked, now)).toEqual({ hours: ['2001-03-15T12'], labels: 2, ambiguous: 2 });
  const { hours, unplaced } = await keptLabels(ports, request);
  expect(hours['2001-03-15T12']?.counts).toMatchObject({
    predictions: 5,
    settled: 2,
    ambiguous: 0,
    corrected: 0,
    future: 0,
  });
  expect(unplaced).toEqual({ unknown: 0, future: 0, twice: 0 });
  expect(await sourceLabels(ports, plan, asked, now)).toEqual({ hours: [], labels: 0, ambiguous: 0 });
});
