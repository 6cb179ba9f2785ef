import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ageBins } from '../../core/ageBins.ts';
import { backtestCadence, isDue } from '../../core/backtestCadence.ts';
import { checkBacktestInput } from '../../core/backtestInput.ts';
import { noTurns, tallied, talliesTable } from '../../core/backtestTally.ts';
import type { DecayPoint } from '../../core/economics.ts';
import { halfLife } from '../../core/halfLife.ts';
import type { Plan } from '../../core/plan.ts';
import { refitPlan } from '../../core/refitPlan.ts';
import { searchCandidates } from '../../core/searchCandidates.ts';
import { storyPlan } from '../workflows/storyPlan.ts';

const hours = Array.from({ length: 25 }, (_, hour) => hour);
const decayBy = (lossAt: (hour: number) => number): DecayPoint[] =>
  hours.map((ageHours) => ({ ageHours, loss: lossAt(ageHours), weight: 1 }));

describe('the half-life', () => {
  test('of a straight line is half the day, of a saturating curve what its rate says', () => {
    expect(halfLife(decayBy((hour) => hour / 100))).toBeCloseTo(12, 9);
    const rate = 0.2;
    const saturating = halfLife(decayBy((hour) => 1 - Math.exp(-rate * hour)));
    // 1 - exp(-rt) = (1 - exp(-24r)) / 2; between whole hours the curve goes straight on.
    expect(saturating).toBeCloseTo(-Math.log(1 - (1 - Math.exp(-24 * rate)) / 2) / rate, 1);
  });

  test('lies within the day, and does not depend on the unit of the loss', () => {
    const losses = fc.array(fc.double({ min: 0.001, max: 1, noNaN: true }), { minLength: 25, maxLength: 25 });
    fc.assert(
      fc.property(losses, fc.double({ min: 0.1, max: 10, noNaN: true }), (loss, factor) => {
        const found = halfLife(decayBy((hour) => loss[hour] ?? 0)) ?? -1;
        expect(found).toBeGreaterThan(0);
        expect(found).toBeLessThanOrEqual(24);
        expect(halfLife(decayBy((hour) => factor * (loss[hour] ?? 0)))).toBeCloseTo(found, 6);
      }),
    );
  });

  test('is not known before a day of age, nor of models that lose nothing', () => {
    expect(halfLife(decayBy((hour) => hour).slice(0, 24))).toBeNull();
    expect(halfLife(decayBy(() => 0))).toBeNull();
    expect(halfLife(decayBy((hour) => -hour))).toBeNull();
    expect(halfLife([])).toBeNull();
  });
});

test('each whole age has one bin, which holds it', () => {
  fc.assert(
    fc.property(fc.nat(1_000), (age) => {
      const holding = ageBins.filter(({ fromHours, toHours }) => age >= fromHours && age < (toHours ?? age + 1));
      expect(holding).toHaveLength(1);
    }),
  );
});

describe('a cadence', () => {
  test('comes at every so many hours from the first one on', () => {
    const due = (text: string) => hours.filter((place) => isDue(backtestCadence(text), place));
    expect(due('6h')).toEqual([0, 6, 12, 18, 24]);
    expect(due('1d')).toEqual([0, 24]);
    expect(due('never')).toEqual([0]);
    expect(due('1h')).toEqual(hours);
  });

  test.each(['', '0h', '6', 'h', '6m', '-1h', '1.5h', 'always'])("is not '%s'", (text) => {
    expect(() => backtestCadence(text)).toThrow(expect.objectContaining({ code: 'input.invalid' }));
  });
});

describe('the input of a back-test', () => {
  const least = { pipeline: 'p', from: '2001-03-01T12:00:00Z', hours: 48 };

  test('names its hour, and each cadence once', () => {
    expect(checkBacktestInput({ ...least, retrainEvery: ['1h', 'never', '1h'], refreshEvery: '2h' })).toEqual({
      ...{ pipeline: 'p', from: '2001-03-01T12', hours: 48 },
      ...{ retrainEvery: ['1h', 'never'], refreshEvery: '2h' },
    });
  });

  test.each([
    ['no object', 7],
    ['no pipeline', { ...least, pipeline: '' }],
    ['half an hour', { ...least, from: '2001-03-01T12:30' }],
    ['no hours', { ...least, hours: 0 }],
    ['too many hours', { ...least, hours: 745 }],
    ['no cadence', { ...least, retrainEvery: [] }],
    ['tables that are never renewed', { ...least, refreshEvery: 'never' }],
    ['another search', { ...least, search: 'twice' }],
    ['no rules', { ...least, gate: [] }],
    ['a field that nobody knows', { ...least, until: '2001-03-02T12' }],
  ])('is refused: %s', (_, input) => {
    expect(() => checkBacktestInput(input)).toThrow(expect.objectContaining({ code: 'input.invalid' }));
  });
});

describe('a refit', () => {
  const plan: Plan = storyPlan('refitted');

  test('has nothing to search for but the candidate that was found, for its epochs', () => {
    for (const candidate of searchCandidates(plan.search)) {
      const refitted = refitPlan(plan, candidate, 2);
      expect(searchCandidates(refitted.search)).toEqual([candidate]);
      expect(refitted.search).toMatchObject({ strategy: { kind: 'exhaustive', epochs: 2 }, seed: plan.search.seed });
      expect({ ...refitted, search: plan.search }).toEqual(plan);
    }
  });

  test('of a learner of the project keeps its file', () => {
    const own = {
      kind: 'module',
      name: 'forest',
      module: 'forest.ts',
      digest: 'd',
      parameters: { depth: [2, 3] },
    } as const;
    const withOwn: Plan = { ...plan, search: { ...plan.search, learners: [own] } };
    const module = { name: 'forest', path: 'forest.ts', digest: 'd' };
    const { search } = refitPlan(withOwn, { learner: 'module', module, parameters: { depth: 3 } }, 1);
    expect(search.learners).toEqual([{ ...own, parameters: { depth: [3] } }]);
  });
});

test('a tally counts turns by what came of them, and what the watch found', () => {
  const turn = { hour: '2001-03-01T12', kind: 'retrain', version: 1, why: '', seconds: 1 } as const;
  const after = [
    tallied(noTurns, { ...turn, outcome: 'promoted' }, 0),
    tallied(tallied(noTurns, { ...turn, outcome: 'rejected' }, 2), null, 3),
  ];
  expect(after).toEqual([
    { turns: 1, promoted: 1, rejected: 0, off: 0 },
    { turns: 1, promoted: 0, rejected: 1, off: 5 },
  ]);
  expect(talliesTable({ '6h': after[1] ?? noTurns })).toContain('| 6h | 1 | 0 | 1 | 5 |');
});
