import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hourMs } from '../../core/time.ts';
import { keepTestScores } from '../../models/testScores.ts';
import { predictionRows } from '../../monitoring/logTables.ts';
import { lookAt } from '../../monitoring/lookAt.ts';
import type { LookContext } from '../../monitoring/lookContext.ts';
import { conceptDrift } from '../../words/conceptDrift.ts';
import { watchOf } from '../../words/watchDefinition.ts';
import { flightPlan } from '../models/flightPlan.ts';
import { type TemporaryPorts, temporaryPorts } from '../models/flightSnapshot.ts';
import { prediction } from './logFixture.ts';

let ports: TemporaryPorts;
beforeEach(async () => {
  ports = await temporaryPorts();
});
afterEach(() => ports.remove());

const watch = watchOf({ monitors: [conceptDrift()] }, 'auc', 'watch');
const atMs = Date.parse('2001-03-16T12:00:00Z');
const hours = 24;

/** A score, and the label that means it. */
const scoreOf = (row: number): number => 0.1 + (0.8 * ((row * 37) % 101)) / 101;
const isLate = (row: number, score: number): boolean => (row * 0.618_033_988_75) % 1 < score;

/** A day of labelled rows as a look sees them. */
async function seen(perHour: number, meant: (row: number, score: number) => boolean): Promise<LookContext> {
  const lines = Array.from({ length: hours * perHour }, (_, row) => {
    const date = new Date(atMs - hours * hourMs + Math.floor(row / perHour) * hourMs).toISOString();
    const late = meant(row, scoreOf(row));
    return prediction({ predictionId: `a-${row}/0`, at: date, row: { date, distance: 0, late }, score: scoreOf(row) });
  });
  const path = join(ports.folder, 'log.ndjson');
  await writeFile(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const logged = predictionRows([path], '', 0, { eventTime: 'date' });
  const context = {
    ...{ ports, plan: flightPlan, atMs, sourceNowMs: atMs, champion: await champion(60) },
    rows: async () => `SELECT *, CAST(json_extract("raw", '/late') AS BOOLEAN) AS "label" FROM (${logged})`,
    earlier: async () => [],
  };
  return context as unknown as LookContext;
}

/** Its test rows are a day on which labels mean their scores. */
async function champion(perHour: number): Promise<LookContext['champion']> {
  const rows = Array.from({ length: hours * perHour }, (_, row) => row);
  const scores = { challenger: Float32Array.from(rows, scoreOf) };
  const labels = Uint8Array.from(rows, (row) => Number(isLate(row, scoreOf(row))));
  const hourOfRow = Uint32Array.from(rows, (row) => Math.floor(row / perHour));
  const testScores = await keepTestScores(ports.store, { labels, hours: hourOfRow, scores });
  const watched = { record: { version: 3 }, package: { lineage: {} }, scorecard: { testScores } };
  return watched as unknown as LookContext['champion'];
}

test('scores that mean what they meant are fine', async () => {
  const findings = await lookAt(await seen(50, isLate), watch);
  expect(findings.map(({ about, state }) => `${about}: ${state}`)).toEqual([
    'shares by score: fine',
    'slope and intercept: fine',
  ]);
  expect(findings[0]).toMatchObject({ rows: 1_200, to: '2001-03-16T12:00:00.000Z' });
});

test('scores that mean less are found, and where', async () => {
  const findings = await lookAt(await seen(50, (row, score) => isLate(row, 0.25 + 0.25 * score)), watch);
  expect(findings.map(({ state }) => state)).toEqual(['off', 'off']);
  expect(findings[0]?.text).toMatch(
    /of scores 0\.\d+ (to 0\.\d+|or more) \d+(\.\d)? % are positive, were \d+(\.\d)? %/,
  );
  expect(findings[1]?.text).toMatch(/slope 0\.\d+, was (0\.9|1)[\d.]*; intercept/);
});

test('too few labels, hours or test scores say so', async () => {
  const context = await seen(20, isLate);
  const [few] = await lookAt(context, watch);
  expect(few).toMatchObject({ state: 'too little to say', text: '480 labels are back, 500 are needed' });
  const less = watchOf({ monitors: [conceptDrift({ leastRows: 100 })] }, 'auc', 'watch');
  const forgotten = { ...context, champion: { ...context.champion, scorecard: {} } } as LookContext;
  expect((await lookAt(forgotten, less))[0]?.text).toBe("the scores of version 3's test rows are not kept any more");
  const night = watchOf({ monitors: [conceptDrift({ leastRows: 100, over: '6 hours' })] }, 'auc', 'watch');
  expect((await lookAt(context, night))[1]?.text).toBe('labels of 8 hours or more are needed, and of both classes');
});
