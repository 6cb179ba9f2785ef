import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DecayPoint, lossAt, lossCurve, recommendInterval } from '../../core/economics.ts';
import { economicsText } from '../../core/economicsText.ts';
import { expectedGain } from '../../core/expectedGain.ts';
import { newLabels } from '../../core/newLabels.ts';
import { pastRun } from '../../core/pastRun.ts';
import { retrainEconomics } from '../../core/retrainEconomics.ts';
import type { PastRun } from '../../core/retrainStanding.ts';
import { hourMs } from '../../core/time.ts';

const thousand = { numRuns: 1_000 };
const anyDecay = fc.array(
  fc.record({ ageHours: fc.integer({ min: 1, max: 48 }), loss: fc.double({ min: -0.02, max: 0.2, noNaN: true }) }),
  { minLength: 1, maxLength: 20 },
);

describe('the loss by age', () => {
  test('begins with nothing, never falls, and lies on the points where they rise', () => {
    fc.assert(
      fc.property(anyDecay, (decay) => {
        const losses = Array.from({ length: 100 }, (_, at) => lossAt(lossCurve(decay), at / 2));
        expect(losses[0]).toBe(0);
        losses.forEach((loss, at) => {
          expect(loss).toBeGreaterThanOrEqual((losses[at - 1] ?? 0) - 1e-12);
        });
      }),
      thousand,
    );
    const rising = [2, 9, 18].map((ageHours, at) => ({ ageHours, loss: [0.03, 0.06, 0.07][at] ?? 0 }));
    const curve = lossCurve(rising);
    expect([1, 2, 9, 13.5, 40].map((age) => lossAt(curve, age))).toEqual([0.015, 0.03, 0.06, 0.065, 0.07]);
  });

  test('takes the mean of what falls, by its weight', () => {
    const falling = [
      { ageHours: 1, loss: 0.04, weight: 3 },
      { ageHours: 2, loss: 0.02, weight: 1 },
      { ageHours: 3, loss: 0.1 },
    ];
    expect(lossCurve(falling).map(({ loss }) => loss)).toEqual([0, expect.closeTo(0.035), expect.closeTo(0.035), 0.1]);
  });
});

describe('the recommended interval', () => {
  test('is that of the square-root law where the loss grows in a straight line', () => {
    const decay = [12, 24, 48].map((ageHours) => ({ ageHours, loss: 0.001 * ageHours }));
    const { hours, squareRootHours } = recommendInterval({ decay, retrainSeconds: 192, worthSeconds: 60 });
    expect(squareRootHours).toBeCloseTo(8);
    expect(hours).toBe(8);
  });

  test('is the cheapest of all, by adding up what each hour of its age costs', () => {
    const seconds = fc.integer({ min: 1, max: 5_000 });
    fc.assert(
      fc.property(anyDecay, seconds, seconds, (decay, retrainSeconds, worthSeconds) => {
        const found = recommendInterval({ decay, retrainSeconds, worthSeconds, mostHours: 30 });
        const rates = Array.from({ length: 30 }, (_, at) => rateBySteps(decay, retrainSeconds, worthSeconds, at + 1));
        if (found.hours === null) return;
        expect(rates[found.hours - 1]).toBeLessThanOrEqual(Math.min(...rates) * (1 + 1e-6) + 1e-6);
        expect(found.costPerHour).toBeLessThan(found.neverCostPerHour ?? 0);
      }),
    );
  });

  test('grows with what a run costs, and shrinks with what quality is worth', () => {
    const of = (retrainSeconds: number, worthSeconds: number) =>
      recommendInterval({ decay: flights, retrainSeconds, worthSeconds }).hours ?? Number.POSITIVE_INFINITY;
    const byCost = [10, 100, 1_000, 10_000].map((seconds) => of(seconds, 60));
    const byWorth = [1, 10, 100, 1_000].map((seconds) => of(300, seconds));
    expect(byCost).toEqual([...byCost].sort((a, b) => a - b));
    expect(byWorth).toEqual([...byWorth].sort((a, b) => b - a));
    expect(of(34, 60)).toBe(1);
  });

  test('is none where no run pays, and where too little is known it says so', () => {
    const never = recommendInterval({ decay: flights, retrainSeconds: 1e6 });
    expect(never).toMatchObject({
      hours: null,
      text: expect.stringMatching(/^no run pays: without any an hour costs 600 s/),
    });
    expect(recommendInterval({ decay: flights.slice(0, 1), retrainSeconds: 34 })).toMatchObject({
      ...{ hours: null, costPerHour: null, text: 'too little to say: the loss is known at 1 age, 2 needed' },
    });
  });
});

describe('what past runs tell', () => {
  const lost = (ageHours: number, value: number): PastRun => ({
    ...{ asOf: '2001-03-15T12', plan: 'p', startedMs: 0, seconds: 30, outcome: 'passed' },
    loss: { ageHours, value },
  });

  test('is what an hour of age costs, what a run takes, and the interval that follows', () => {
    const failed: PastRun = { ...lost(1, 0), seconds: 900, outcome: 'failed', loss: undefined as never };
    const { loss: _, ...without } = failed;
    const stage = { name: 'search', key: 'k', seconds: 20, reused: false, inputs: {} } as const;
    const runs = [lost(1, 0.02), lost(1, 0.03), lost(6, 0.06), without];
    const economics = retrainEconomics({ metric: 'auc', runs, stages: [[stage]], worthSeconds: 60 });
    expect(economics).toMatchObject({ runs: 3, retrainSeconds: 30, comparisons: 3, stageSeconds: { search: 20 } });
    expect(economics.lossOfAnHour).toBeCloseTo(0.025);
    expect(economics.recommended.hours).toBe(1);
    expect(economicsText(economics)).toEqual([
      'a run takes 30.0 s, the mean of 3 (search 20.0)',
      'a champion loses auc against a candidate on the same rows, by hours of age: 0.0250 at 1 h (2), 0.0600 at 6 h (1)',
      expect.stringMatching(
        /^recommended interval: each 1 h: .*; 0\.01 auc lost for an hour counts as 60 s of the machine$/,
      ),
    ]);
  });

  test('is too little where few were compared', () => {
    const economics = retrainEconomics({
      metric: 'auc',
      runs: [lost(1, 0.02), lost(6, 0.05)],
      stages: [],
      worthSeconds: 60,
    });
    expect(economics).toMatchObject({ lossOfAnHour: null, recommended: { hours: null } });
    expect(economics.recommended.text).toMatch(/^too little to say/);
  });

  test('is the gain to expect of a run now, as far as such an age was seen', () => {
    const runs = [lost(1, 0.02), lost(1, 0.02), lost(3, 0.04)];
    const gain = (champion: string | null, some = runs) => expectedGain('auc', some, '2001-03-15T12', champion);
    expect(gain('2001-03-15T10')).toEqual({ metric: 'auc', ageHours: 2, value: expect.closeTo(0.03) });
    expect(gain('2001-03-15T12')).toMatchObject({ ageHours: 0, value: 0 });
    expect([gain('2001-03-15T08'), gain(null), gain('2001-03-15T10', runs.slice(1))]).toEqual([null, null, null]);
  });

  test('is of each run what its candidate and its champion were, on the metric in its own direction', () => {
    const held = { asOf: '2001-03-15T12', plan: 'p', startedMs: 7 };
    const at = { startedAt: '2026-01-01T00:00:00Z', endedAt: '2026-01-01T00:00:34Z' };
    const difference = { auc: { value: 0.02, low: 0, high: 0 }, 'log loss': { value: -0.01, low: 0, high: 0 } };
    const champion = {
      version: 1,
      tablesOlderByHours: 3,
      metrics: {},
      difference,
      sameTables: { metrics: {}, difference },
    };
    const verdict = { outcome: 'passed', passed: true, reasons: [] } as const;
    const judged = { status: 'judged', verdict, version: 4, ...at } as const;
    const past = { ...held, seconds: 34, outcome: 'passed', version: 4 };
    expect(pastRun(held, judged, { champion }, 'auc')).toEqual({ ...past, loss: { ageHours: 3, value: 0.02 } });
    expect(pastRun(held, judged, { champion }, 'log loss').loss).toEqual({ ageHours: 3, value: 0.01 });
    const { version: _, ...unregistered } = past;
    const turnedDown = { ...judged, verdict: { ...verdict, passed: false } };
    expect(pastRun(held, turnedDown, { champion: null }, 'auc')).toEqual({ ...past, outcome: 'rejected' });
    const rejected = pastRun(held, { status: 'rejected', ...at }, null, 'auc');
    expect(rejected).toEqual({ ...unregistered, outcome: 'rejected' });
    expect(pastRun(held, { status: 'failed', ...at }, null, 'auc').outcome).toBe('failed');
  });

  test('is how many labels have settled since, hour by hour', () => {
    const hour = (at: number) => new Date(Date.parse('2001-03-15T00:00Z') + at * hourMs).toISOString().slice(0, 13);
    const hours = Array.from({ length: 24 }, (_, at) => ({ hour: hour(at), rows: 10 ** (at % 3) }));
    const window = { trainMs: 6 * hourMs, validateMs: 2 * hourMs, testMs: 2 * hourMs };
    const plan = { window, label: { settlesWithinMs: 2 * hourMs } as never };
    // Hours 8 and 9 of the day; without a run before the ten hours to hour 9.
    expect(newLabels(plan, hours, hour(12), hour(10))).toBe(100 + 1);
    expect(newLabels(plan, hours, hour(12), null)).toBe(3 * 111 + 1);
    expect(newLabels(plan, hours, hour(12), hour(12))).toBe(0);
  });
});

/** As measured on the flights, with frozen tables. */
const flights: readonly DecayPoint[] = [
  { ageHours: 2, loss: 0.03 },
  { ageHours: 4.5, loss: 0.05 },
  { ageHours: 9, loss: 0.06 },
  { ageHours: 18, loss: 0.07 },
  { ageHours: 36, loss: 0.1 },
];

function rateBySteps(decay: readonly DecayPoint[], cost: number, worth: number, hours: number): number {
  const curve = lossCurve(decay);
  const steps = 2 * hours;
  let lost = 0;
  for (let at = 0; at < steps; at += 1) lost += lossAt(curve, ((at + 0.5) * hours) / steps) * (hours / steps);
  return (cost + (worth / 0.01) * lost) / hours;
}
