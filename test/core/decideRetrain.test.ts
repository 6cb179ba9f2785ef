import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decideRetrain, type RetrainEvidence } from '../../core/decideRetrain.ts';
import { retrainClockMs } from '../../core/retrainClock.ts';
import type { TriggerKind } from '../../core/retrainDecision.ts';
import { type RetrainingPlan, usualRetraining } from '../../core/retrainPlan.ts';
import { hourMs } from '../../core/time.ts';

const now = Date.parse('2001-03-15T12:00:00Z');
const minuteMs = 60_000;
const dayMs = 24 * hourMs;
const plan: RetrainingPlan = {
  budget: { runs: 24, minutes: 120 },
  coolDownMs: 30 * minuteMs,
  backOff: { after: 3, fromMs: hourMs, mostMs: 4 * hourMs },
  leastLabels: 500,
  leastGain: 0.003,
  worthSeconds: 60,
};

const thousand = { numRuns: 1_000 };

type Past = RetrainEvidence['runs'][number];

describe('a decision to retrain', () => {
  test('tells by its figures that a run may go', () => {
    const decision = decideRetrain(
      evidence({ trigger: { kind: 'drift', why: 'origin moved' }, runs: [past(-60)] }),
      plan,
    );
    expect(decision).toMatchObject({
      outcome: 'run',
      reason: 'asked for',
      pipeline: 'a',
      plan: 'p',
      asOf: '2001-03-15T12',
    });
    expect(decision.text).toBe('run: drift: origin moved; before it 1 of 24 runs in 24 hours, 5.0 of 120 minutes');
    expect(decision.numbers).toMatchObject({ runs: 1, minutes: 5, newLabels: 900, rejected: 0, until: null });
  });

  test.each<[string, Partial<RetrainEvidence>]>([
    ['skipped: no new data: judged before', { nothingNew: 'no new data: judged before' }],
    ['skipped: 41 settled labels, 500 needed', { newLabels: 41 }],
    [
      'skipped: expected gain 0.001 auc over a champion 2 h older, below 0.003',
      { gain: { metric: 'auc', value: 0.001, ageHours: 2 } },
    ],
    ['skipped: budget: 24 of 24 runs in 24 hours, 96 of 120 minutes', { runs: many(24, 4, 'passed') }],
    ['skipped: budget: 20 of 24 runs in 24 hours, 120 of 120 minutes', { runs: many(20, 6, 'passed') }],
    [
      'skipped: budget: 19 of 24 runs in 24 hours, 114 of 120 minutes, and the next may take 6.1',
      { runs: [...many(18, 6, 'passed'), past(-90, 'passed', 6.1)] },
    ],
    ['skipped: cooling down until 2001-03-15T12:10:00Z', { runs: [past(-20)] }],
    [
      'skipped: backing off after 3 rejected candidates until 2001-03-15T12:15:00Z',
      { runs: [past(-45, 'rejected'), past(-180, 'rejected'), past(-200, 'rejected'), past(-210)] },
    ],
    [
      'skipped: a run is under way, as of 2001-03-15T11 (asked for by a schedule)',
      { underway: underway('2001-03-15T11') },
    ],
    ['skipped: releases are paused by ana: an audit', { paused: { who: 'ana', why: 'an audit' } }],
  ])('%s', (text, changes) => {
    const decision = decideRetrain(evidence(changes), plan);
    expect(decision).toMatchObject({ outcome: 'skipped', text });
  });

  test('is to join the run of the same hour, whoever asks; a person waits for that of another', () => {
    const same = { underway: underway('2001-03-15T12') };
    for (const kind of ['schedule', 'person', 'decay'] as const)
      expect(decideRetrain(evidence({ ...same, trigger: { kind } }), plan)).toMatchObject({
        ...{ outcome: 'joined', awaits: { workflowId: 'w', runId: 'r' } },
      });
    const other = evidence({ underway: underway('2001-03-15T11'), trigger: { kind: 'person' } });
    expect(decideRetrain(other, plan)).toMatchObject({ outcome: 'waits', awaits: { workflowId: 'w', runId: 'r' } });
  });

  test('begins a new row of rejected candidates with another plan, and does not count runs that came to no candidate', () => {
    const rejected = [past(-45, 'rejected'), past(-60, 'rejected'), past(-75, 'rejected')];
    const mended = rejected.map((run) => ({ ...run, plan: 'before' }));
    expect(decideRetrain(evidence({ runs: mended }), plan).outcome).toBe('run');
    const failed = [past(-40, 'failed'), ...rejected.slice(0, 2), past(-70, 'failed'), past(-80)];
    expect(decideRetrain(evidence({ runs: failed }), plan)).toMatchObject({ outcome: 'run', numbers: { rejected: 2 } });
  });

  test('waits twice as long after each rejected candidate, up to a bound', () => {
    const waits = [3, 4, 5, 6, 50].map((rejected) => {
      const runs = Array.from({ length: rejected }, (_, at) => past(-1 - at * 20, 'rejected', 0));
      const { numbers } = decideRetrain(evidence({ runs }), { ...plan, budget: { runs: 1_000, minutes: 1_000 } });
      return (Date.parse(numbers?.until ?? '') - (now - minuteMs)) / hourMs;
    });
    expect(waits).toEqual([1, 2, 4, 4, 4]);
  });

  test('is held back by no run that a wrong clock dated ahead', () => {
    const ahead = [past(366 * 24 * 60, 'rejected', 500), past(365 * 24 * 60, 'rejected', 500)];
    expect(decideRetrain(evidence({ runs: ahead }), plan)).toMatchObject({ outcome: 'run', numbers: { runs: 0 } });
    expect(decideRetrain(evidence({ runs: [past(5)] }), plan).text).toMatch(/cooling down/);
  });

  test('never lets two runs go at a time', () => {
    fc.assert(
      fc.property(anyEvidence, anyPlan, (some, retraining) => {
        const decision = decideRetrain({ ...some, underway: underway('2001-03-15T11') }, retraining);
        expect(decision.outcome).not.toBe('run');
      }),
      thousand,
    );
  });

  test('refuses a person nothing but an hour that was judged', () => {
    fc.assert(
      fc.property(anyEvidence, anyPlan, (some, retraining) => {
        const decision = decideRetrain({ ...some, trigger: { kind: 'person' }, nothingNew: null }, retraining);
        expect(decision.outcome).not.toBe('skipped');
      }),
      thousand,
    );
  });

  test('lets nobody else go while releases are paused, while it cools down or while it backs off', () => {
    fc.assert(
      fc.property(anyEvidence, anyPlan, (some, retraining) => {
        const others = { ...some, trigger: { kind: 'drift' as const } };
        const paused = decideRetrain({ ...others, paused: { who: 'ana', why: 'x' } }, retraining);
        expect(paused.outcome).not.toBe('run');
        const last = Math.max(...some.runs.map(({ startedMs }) => startedMs));
        if (decideRetrain(others, retraining).outcome === 'run')
          expect(some.clockMs - last).toBeGreaterThanOrEqual(leastWaitMs(others, retraining));
      }),
      thousand,
    );
  });

  test('is the same at another time of the world', () => {
    fc.assert(
      fc.property(anyEvidence, anyPlan, fc.integer({ min: -1e9, max: 1e9 }), (some, retraining, byMs) => {
        const later = {
          ...some,
          clockMs: some.clockMs + byMs,
          runs: some.runs.map((run) => ({ ...run, startedMs: run.startedMs + byMs })),
        };
        const [one, other] = [decideRetrain(some, retraining), decideRetrain(later, retraining)];
        expect([other.outcome, other.reason]).toEqual([one.outcome, one.reason]);
      }),
      thousand,
    );
  });
});

describe('what triggers may spend', () => {
  test('is the budget at most, in any 24 hours, however often they ask', () => {
    const asks = fc.array(fc.integer({ min: 1, max: 180 }), { minLength: 20, maxLength: 120 });
    const minutes = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(asks, minutes, anyPlan, fc.boolean(), (gaps, each, retraining, passes) => {
        const { started } = spent(gaps, each, retraining, passes ? 'passed' : 'rejected');
        for (const from of started) {
          const ofDay = started.filter((at) => at >= from && at < from + dayMs);
          expect(ofDay.length).toBeLessThanOrEqual(retraining.budget.runs);
          // A first run may be longer than all that is left: nobody knows before.
          if (ofDay.length > 1) expect(ofDay.length * each).toBeLessThanOrEqual(retraining.budget.minutes);
        }
      }),
    );
  });

  test('is no more on a day on which each candidate is rejected, and the decisions say so', () => {
    const eager = { ...plan, coolDownMs: 0, backOff: { after: 1_000, fromMs: 1, mostMs: 1 } };
    const asks = Array.from({ length: 24 * 12 }, () => 5);
    const { started, texts } = spent(asks, 5, eager, 'rejected');
    expect(started).toHaveLength(24);
    const said = 'skipped: budget: 24 of 24 runs in 24 hours, 120 of 120 minutes';
    expect(texts.filter((text) => text === said).length).toBe(asks.length - 24);
    const backedOff = spent(asks, 5, { ...eager, backOff: plan.backOff }, 'rejected');
    expect(backedOff.started).toHaveLength(10);
    expect(backedOff.texts.at(-1)).toMatch(/^skipped: backing off after 10 rejected candidates until 2001-03-16T/);
  });
});

describe('the clock of decisions', () => {
  const startedAt = '2026-01-01T00:00:00Z';

  test('is the real one, unless the past passes again: then its own, before the replay began as well', () => {
    const real = Date.parse(startedAt) + 10 * minuteMs;
    expect(retrainClockMs(real, undefined)).toBe(real);
    expect(retrainClockMs(real, { from: '2001-03-15T12', startedAt, hourLastsMs: null })).toBe(real);
    const paced = { from: '2001-03-15T12', startedAt, hourLastsMs: minuteMs };
    expect(retrainClockMs(real, paced)).toBe(now + 10 * hourMs);
    expect(retrainClockMs(real - 15 * minuteMs, paced)).toBe(now - 5 * hourMs);
  });
});

function leastWaitMs(some: RetrainEvidence, { coolDownMs, backOff }: RetrainingPlan): number {
  const { numbers } = decideRetrain(some, usualRetraining);
  return Math.max(coolDownMs, (numbers?.rejected ?? 0) >= backOff.after ? backOff.fromMs : 0);
}

/** What happens where a drift asks for a run after each of some minutes, and each run takes as long and ends so. */
function spent(
  gaps: readonly number[],
  minutes: number,
  retraining: RetrainingPlan,
  outcome: Past['outcome'],
): { readonly started: readonly number[]; readonly texts: readonly string[] } {
  const runs: Past[] = [];
  const texts: string[] = [];
  let clockMs = now;
  for (const gap of gaps) {
    clockMs += gap * minuteMs;
    const [last] = runs.slice(-1);
    const isRunning = last !== undefined && clockMs < last.startedMs + last.seconds * 1_000;
    const decision = decideRetrain(
      evidence({
        clockMs,
        runs: isRunning ? runs.slice(0, -1) : runs,
        underway: isRunning ? underway('2001-03-15T11') : null,
      }),
      retraining,
    );
    texts.push(decision.text);
    if (decision.outcome === 'run') runs.push({ startedMs: clockMs, seconds: 60 * minutes, plan: 'p', outcome });
  }
  return { started: runs.map(({ startedMs }) => startedMs), texts };
}

function evidence(changes: Partial<RetrainEvidence>): RetrainEvidence {
  return {
    ...{ pipeline: 'a', trigger: { kind: 'drift' }, atMs: now, clockMs: now, asOf: '2001-03-15T12', plan: 'p' },
    ...{ nothingNew: null, underway: null, paused: null, runs: [], newLabels: 900, gain: null },
    ...changes,
  };
}

function past(minutesAgo: number, outcome: Past['outcome'] = 'passed', minutes = 5): Past {
  return { startedMs: now + minutesAgo * minuteMs, seconds: 60 * minutes, plan: 'p', outcome };
}

function many(count: number, minutes: number, outcome: Past['outcome']): Past[] {
  return Array.from({ length: count }, (_, at) => past(-60 - 40 * at, outcome, minutes));
}

function underway(asOf: string): NonNullable<RetrainEvidence['underway']> {
  return { asOf, trigger: { kind: 'schedule' }, startedMs: now - minuteMs, workflowId: 'w', runId: 'r' };
}

const kinds: readonly TriggerKind[] = ['schedule', 'person', 'new data', 'drift', 'decay', 'upstream'];
const anyRun = fc.record({
  startedMs: fc.integer({ min: now - 2 * dayMs, max: now }),
  seconds: fc.integer({ min: 0, max: 7_200 }),
  plan: fc.constantFrom('p', 'q'),
  outcome: fc.constantFrom<Past['outcome']>('passed', 'rejected', 'failed'),
});
const anyEvidence: fc.Arbitrary<RetrainEvidence> = fc
  .record({
    trigger: fc.record({ kind: fc.constantFrom(...kinds) }),
    runs: fc.array(anyRun, { maxLength: 30 }),
    newLabels: fc.option(fc.integer({ min: 0, max: 2_000 })),
    nothingNew: fc.option(fc.constant('no new data')),
  })
  .map(evidence);
const anyPlan: fc.Arbitrary<RetrainingPlan> = fc
  .record({
    budget: fc.record({ runs: fc.integer({ min: 1, max: 30 }), minutes: fc.integer({ min: 1, max: 200 }) }),
    coolDownMs: fc.integer({ min: 0, max: 6 * hourMs }),
    leastLabels: fc.integer({ min: 0, max: 1_000 }),
  })
  .map((some) => ({ ...usualRetraining, ...some }));
