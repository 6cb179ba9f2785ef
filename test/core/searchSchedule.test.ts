import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../core/random.ts';
import type { ScheduledTrial, TrialValue } from '../../core/scheduledTrial.ts';
import { candidatesWithin, finalists } from '../../core/searchBudget.ts';
import type { SearchPlan, StrategyPlan } from '../../core/searchPlan.ts';
import { openSchedule, type SearchSchedule } from '../../core/searchSchedule.ts';

const keep = fc.constantFrom(1 / 2, 1 / 3, 1 / 4);
const from = fc.constantFrom(1 / 27, 1 / 9, 1, 2);
const strategies = fc.oneof(
  fc.constant<StrategyPlan>({ kind: 'exhaustive', epochs: 2 }),
  fc.record({
    kind: fc.constantFrom('halving' as const, 'asha' as const),
    keep,
    fromEpochs: from,
    toEpochs: fc.constant(2),
  }),
);
const plans = fc.record({ strategy: strategies, repeats: fc.constantFrom(1, 3) }).map(planOf);
const counts = fc.integer({ min: 1, max: 70 });
const sizes = { rung: 8, asha: { block: 3, ahead: 3 } };

describe('a schedule', () => {
  test('is the same in whatever order trials end, and with each told again after a stop', () => {
    fc.assert(
      fc.property(plans, counts, fc.nat(), fc.infiniteStream(fc.nat()), (plan, candidates, salt, draws) => {
        const inTurn = done(plan, candidates, salt, () => 0);
        const shuffled = done(plan, candidates, salt, () => draws.next().value);
        expect(shuffled.started).toEqual(inTurn.started);
        expect(shuffled.best).toBe(inTurn.best);
        const { started, best } = inTurn;
        expect(resumed(plan, candidates, salt, started.length >> 1)).toEqual({ started, best });
      }),
    );
  });

  test('starts no trial twice, and ends with the best that was validated at any rung', () => {
    fc.assert(
      fc.property(strategies, counts, fc.nat(), (strategy, candidates, salt) => {
        const { started, best } = done(planOf({ strategy, repeats: 1 }), candidates, salt, () => 0);
        expect(new Set(started.map(textOf)).size).toBe(started.length);
        expect(started.filter(({ rung }) => rung === 1)).toHaveLength(candidates);
        const values = started.map((trial) => worth(trial, salt));
        const most = Math.max(...values.map((value) => value ?? Number.NEGATIVE_INFINITY));
        expect(best === undefined ? undefined : values[best]).toBe(Number.isFinite(most) ? most : undefined);
        for (const { candidate, rung } of started) {
          if (rung === 1) continue;
          const before = started.find((trial) => trial.candidate === candidate && trial.rung === rung - 1);
          expect(before && worth(before, salt)).not.toBeNull();
        }
      }),
    );
  });

  test('stays within its budget of trials, repeats among them, and tries one candidate at least', () => {
    const budgets = fc.integer({ min: 1 + 2 * finalists, max: 60 });
    fc.assert(
      fc.property(plans, counts, budgets, fc.nat(), (plan, most, trials, salt) => {
        const limited = { ...plan, budget: { trials } };
        const candidates = candidatesWithin(limited, most);
        expect(candidates).toBeGreaterThan(0);
        const { started } = done(limited, candidates, salt, () => 0);
        expect(started.length).toBeGreaterThan(0);
        expect(started.length).toBeLessThanOrEqual(trials);
        if (plan.strategy.kind === 'asha' || plan.repeats !== 1 || candidates === most) return;
        const { started: more } = done(plan, candidates + 1, salt, () => 0);
        const diverged = [...started, ...more].some((trial) => worth(trial, salt) === null);
        if (!diverged) expect(more.length).toBeGreaterThan(trials);
      }),
    );
  });

  test('trains the three best again under further seeds, and chooses the best mean, not the luckiest seed', () => {
    const plan = planOf({ strategy: { kind: 'exhaustive', epochs: 2 }, repeats: 3 });
    const schedule = openSchedule(plan, 5);
    const first = schedule.next();
    if (typeof first === 'string') throw new Error(first);
    [0.9, 0.8, 0.85, 0.1, null].forEach((value, at) => {
      schedule.ended(at, value);
    });
    const repeats = schedule.next();
    if (typeof repeats === 'string') throw new Error(repeats);
    expect(repeats.trials.map(({ candidate, seed }) => [candidate, seed])).toEqual([
      ...[0, 2, 1].flatMap((candidate) => [8, 9].map((seed) => [candidate, seed])),
    ]);
    [0.5, 0.5, 0.85, 0.86, 0.99, null].forEach((value, at) => {
      schedule.ended(5 + at, value);
    });
    expect(schedule.next()).toBe('over');
    expect(schedule.best()).toBe(2);
  });
});

describe('asynchronous halving', () => {
  const plan = planOf({
    strategy: { kind: 'asha', keep: 1 / 3, fromEpochs: 1 / 9, toEpochs: 1 },
    repeats: 1,
  });

  test('lets a share of each rung go on, and at least one trial to the whole budget', () => {
    fc.assert(
      fc.property(counts, fc.nat(), (candidates, salt) => {
        const { started } = done(plan, candidates, salt, () => 0);
        const ofRung = (rung: number) => started.filter((trial) => trial.rung === rung);
        expect([...new Set(started.map(({ epochs }) => epochs.toFixed(3)))].length).toBeLessThanOrEqual(3);
        // Decided early, on few results, some go on too many: by the root of the rung's size (Li et al. 2020, 3.2).
        for (const rung of [2, 3]) {
          const below = ofRung(rung - 1).length;
          expect(ofRung(rung).length).toBeLessThanOrEqual(1 + below / 3 + 2 * Math.sqrt(below));
        }
        if (started.every((trial) => worth(trial, salt) !== null)) expect(ofRung(3).length).toBeGreaterThan(0);
      }),
    );
  });

  test('promotes before the first rung is done, and has no more under way than its blocks', () => {
    const { started, mostUnderWay } = done(plan, 60, 1, () => 0);
    const promotedAt = started.findIndex(({ rung }) => rung === 2);
    expect(promotedAt).toBeLessThan(30);
    expect(mostUnderWay).toBeLessThanOrEqual(sizes.asha.block * sizes.asha.ahead);
  });

  test('decides ten thousand trials in seconds', () => {
    const { started } = done(plan, 7_000, 3, () => 0, undefined);
    expect(started.length).toBeGreaterThan(9_000);
  }, 20_000);
});

interface Done {
  readonly started: readonly ScheduledTrial[];
  readonly best: number | undefined;
  readonly mostUnderWay?: number;
}

/** Runs a schedule to its end; `pick` draws which of the trials under way ends next. */
function done(
  plan: SearchPlan,
  candidates: number,
  salt: number,
  pick: () => number,
  given: typeof sizes | undefined = sizes,
): Done & { mostUnderWay: number } {
  const schedule = openSchedule(plan, candidates, given);
  const [started, underWay]: [ScheduledTrial[], number[]] = [[], []];
  let mostUnderWay = 0;
  for (;;) {
    const block = schedule.next();
    if (block === 'over') break;
    if (block !== 'wait') {
      expect(block.at).toBe(started.length);
      underWay.push(...block.trials.map((_, index) => block.at + index));
      started.push(...block.trials);
      mostUnderWay = Math.max(mostUnderWay, underWay.length);
      continue;
    }
    const [at = -1] = underWay.splice(pick() % underWay.length, 1);
    schedule.ended(at, worth(started[at] as ScheduledTrial, salt));
  }
  expect(underWay).toEqual([]);
  return { started, best: schedule.best(), mostUnderWay };
}

/** The same, but stopped when so many have been started and no more are under way, and gone on with by a new schedule. */
function resumed(plan: SearchPlan, candidates: number, salt: number, stopAt: number): Omit<Done, 'mostUnderWay'> {
  let schedule = openSchedule(plan, candidates, sizes);
  const started: ScheduledTrial[] = [];
  let isStopped = false;
  for (;;) {
    if (!isStopped && started.length >= stopAt) {
      isStopped = true;
      schedule = openSchedule(plan, candidates, sizes);
      for (let told = 0; told < started.length; ) told += recalled(schedule, salt, started.slice(told));
    }
    const block = schedule.next();
    if (typeof block === 'string') break;
    started.push(...block.trials);
    for (const [index, trial] of block.trials.entries()) schedule.ended(block.at + index, worth(trial, salt));
  }
  return { started, best: schedule.best() };
}

/** Tells a new schedule the next block's values; gives how many those were. */
function recalled(schedule: SearchSchedule, salt: number, rest: readonly ScheduledTrial[]): number {
  const block = schedule.next();
  if (typeof block === 'string') throw new Error(block);
  expect(block.trials).toEqual(rest.slice(0, block.trials.length));
  for (const [index, trial] of block.trials.entries()) schedule.ended(block.at + index, worth(trial, salt));
  return block.trials.length;
}

/** Differs by trial and may grow or shrink with the budget; one in ten diverges. */
function worth({ candidate, epochs, seed }: ScheduledTrial, salt: number): TrialValue {
  const random = seededRandom(
    Math.imul(candidate + 1, 0x9e3779b1) ^ Math.imul(salt, 0x85ebca6b) ^ (epochs * 1e6) ^ seed,
  );
  return random.next() < 0.1 ? null : random.below(50);
}

function textOf({ candidate, epochs, seed }: ScheduledTrial): string {
  return `${candidate} ${epochs} ${seed}`;
}

function planOf({ strategy, repeats }: { strategy: StrategyPlan; repeats: number }): SearchPlan {
  return { learners: [], maximize: 'auc', strategy, seed: 7, repeats };
}
