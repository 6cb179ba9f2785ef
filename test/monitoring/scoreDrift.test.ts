import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FindingState, MonitorFinding } from '../../core/look.ts';
import type { Plan } from '../../core/plan.ts';
import { lookAt } from '../../monitoring/lookAt.ts';
import { scoreDrift } from '../../words/scoreDrift.ts';
import { watchOf } from '../../words/watchDefinition.ts';
import { flightPlan } from '../models/flightPlan.ts';
import { type SeenBeside, type WatchedFlights, watchedFlights } from './watchedFlights.ts';

/** Nothing in it that the rows of a window have in common. */
const timeless: Plan = {
  ...flightPlan,
  features: flightPlan.features.filter(({ kind }) => kind === 'number' || kind === 'category'),
};

let flights: WatchedFlights;
beforeAll(async () => {
  flights = await watchedFlights(timeless);
});
afterAll(() => flights.ports.remove());

const watch = watchOf({ monitors: [scoreDrift()] }, 'auc', 'watch');
const about = (findings: readonly MonitorFinding[], state: FindingState): string[] =>
  findings.filter((finding) => finding.state === state).map((finding) => finding.about);

async function found(seed: number, count: number, beside: SeenBeside = {}): Promise<MonitorFinding[]> {
  return lookAt(await flights.seen(await flights.drawn(count, seed), beside), watch);
}

/** The reference is the champion's twin: its scores are off by what the test says. */
function withReference(champion: (score: number) => number, reference: (score: number) => number): SeenBeside {
  return {
    reference: flights.package,
    scoreOf: champion,
    others: (score) => ({ reference: { version: 1, score: reference(score) } }),
  };
}

const same = (score: number): number => score;
const higher = (score: number): number => Math.min(1, score + 0.15 * (1 - score));

test('scores as they were are fine', async () => {
  expect(about(await found(1, 800), 'fine')).toEqual(measures.map((measure) => `scores: ${measure}`));
});

test('higher ones are not, wherever the champion scored; a version that was champion before does not count', async () => {
  const off = measures.map((measure) => `scores: ${measure}`);
  expect(about(await found(2, 800, { scoreOf: higher }), 'off')).toEqual(off);
  const beside = (score: number) => ({ champion: { version: 3, score: higher(score) } });
  expect(about(await found(2, 800, { version: 4, others: beside }), 'off')).toEqual(off);
  const [first] = await found(3, 800, { version: 2 });
  expect(first).toMatchObject({ state: 'too little to say', text: '0 rows came, 200 are needed' });
});

test('where both models moved, the input did', async () => {
  const findings = await found(4, 800, withReference(higher, higher));
  expect(about(findings, 'fine')).toEqual(['champion beside reference']);
  expect(findings.at(-1)?.text).toMatch(/^Both moved, and together: the input did; largest gap/);
});

test('where they part, a model did', async () => {
  const findings = await found(5, 800, withReference(higher, same));
  expect(about(findings, 'off')).toEqual([
    ...measures.map((measure) => `scores: ${measure}`),
    'champion beside reference',
  ]);
  expect(findings.at(-1)?.text).toMatch(
    /^They part: a model moved, not the input alone; .* % of the champion's scores are below what \d+ % were/,
  );
  const together = await found(6, 800, withReference(same, same));
  expect(together.at(-1)?.text).toMatch(/^They keep together; /);
});

const measures = ['population stability index', 'Jensen-Shannon distance', 'Kolmogorov-Smirnov distance'];
