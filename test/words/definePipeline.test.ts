import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { canonicalJson } from '../../core/canonicalJson.ts';
import { usualAnalysis } from '../../core/rolloutPlan.ts';
import { searchGrid } from '../../core/searchGrid.ts';
import {
  asha,
  auc,
  brier,
  calibrationError,
  column,
  contract,
  csv,
  cyclic,
  definePipeline,
  every,
  exhaustive,
  expectedCost,
  halving,
  int,
  logistic,
  logLoss,
  logUniform,
  mlp,
  ndjson,
  number,
  packageSize,
  parquet,
  random,
  recall,
  recentRate,
  rows,
  sample,
  scoringTime,
  text,
  uniform,
} from '../../index.ts';
import { flightDelays } from '../../pipelines/flight-delays.ts';
import { smallFlights } from '../pipelines/smallFlights.ts';
import { errorOf } from './errorOf.ts';

const row = z.object({ at: z.date(), shop: z.string(), amount: z.number().min(0), days: z.int().min(3).max(9) });
const orders = contract('orders', { source: csv('data/orders.csv'), row, eventTime: 'at' });
const kindsRow = row.extend({ kind: z.enum(['a', 'b']), paid: z.boolean() });
const kinds = contract('kinds', { source: csv('data/orders.csv'), row: kindsRow, eventTime: 'at' });
const label = { name: 'fraud', from: column('days').above(5), settlesAfter: '1 hour', settlesWithin: '2 hours' };
const base = {
  id: 'orders-fraud',
  contract: orders,
  label,
  window: { train: '7 days', validate: '1 day', test: '1 day' },
  features: { amount: number('amount') },
  search: { learners: [logistic({ l2: [0] })], maximize: auc, strategy: exhaustive({ epochs: '2 epochs' }) },
  scorecard: { metrics: [auc] },
  gate: [],
};

/** The definition as untyped JavaScript would give it, with some of its keys replaced. */
function define(changes: object): () => unknown {
  return () => definePipeline({ ...base, ...changes } as never);
}

describe('the plan', () => {
  test('of the demo is plain frozen JSON in milliseconds, with 21 candidates', () => {
    const { plan } = flightDelays;
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
    expect(Object.isFrozen(plan.contract.columns[1]?.checks)).toBe(true);
    expect(plan.window).toEqual({ trainMs: 1_209_600_000, validateMs: 86_400_000, testMs: 86_400_000 });
    expect(plan.label.settlesAfter).toEqual({ column: 'distance', timesMs: 8_000, plusMs: 1_800_000 });
    expect(plan.search.strategy).toEqual({ kind: 'halving', keep: 1 / 3, fromEpochs: 1 / 9, toEpochs: 2 });
    expect(plan.features.map((feature) => feature.name)).toEqual([
      'distance',
      'hour',
      'origin',
      'destination',
      'originLately',
      'destinationLately',
    ]);
    const candidates = plan.search.learners.map((learner) => searchGrid({ learners: [learner] }).length);
    expect(candidates).toEqual([3, 18]);
  });

  test('has the steps of a rollout, and all of its analysis once there is a step to judge', () => {
    const rollout = { canary: ['7 %', { weight: 0.5, for: '1 hour' }], hold: '10 minutes', analysis: { errors: 0.02 } };
    const { plan } = definePipeline({ ...base, rollout } as never);
    expect(plan.rollout).toMatchObject({
      canary: [
        { weight: 0.07, forMs: 300_000 },
        { weight: 0.5, forMs: 3_600_000 },
      ],
      ...{ shadowMs: 0, holdMs: 600_000 },
    });
    expect(plan.rollout.analysis).toEqual({ ...usualAnalysis, errors: 0.02 });
    expect(definePipeline({ ...base, rollout: { hold: '1 hour' } } as never).plan.rollout.analysis).toEqual(
      usualAnalysis,
    );
  });

  test('is the same text for the same definition', () => {
    expect(canonicalJson(smallFlights().plan)).toBe(canonicalJson(smallFlights().plan));
    expect(canonicalJson(smallFlights({ seed: 8 }).plan)).not.toBe(canonicalJson(smallFlights().plan));
  });

  test('has an answer, a rollout, a key and a quarantine when the file names none', () => {
    const { plan } = definePipeline(base as never);
    expect(plan.answer).toEqual({ positive: 'fraud', negative: 'not fraud' });
    expect(plan.rollout).toEqual({ parity: true, shadowMs: 0 });
    expect(plan.retrain).toEqual([]);
    expect(plan.scorecard.slices).toEqual([]);
    expect(plan.search.seed).toBe(1);
    expect(plan.search.strategy).toEqual({ kind: 'exhaustive', epochs: 2 });
    expect(plan.contract).toMatchObject({
      source: { kind: 'csv', at: { path: 'data/orders.csv' }, partition: 'hour' },
      key: 'row number in source partition',
      quarantine: { atMost: 0.01 },
      rules: [],
      batch: [],
    });
    expect(plan.label.settlesAfter).toEqual({ timesMs: 0, plusMs: 3_600_000 });
  });

  test('says how often the tables are refreshed, where the file does', () => {
    const features = { lately: recentRate('shop', { over: '6 hours' }) };
    const refreshed = { ...base, features, retrain: [every('1 hour')], refresh: every('10 minutes') };
    expect(definePipeline(refreshed as never).plan.refresh).toEqual({ kind: 'every', everyMs: 600_000 });
    expect(definePipeline({ ...base, features } as never).plan).not.toHaveProperty('refresh');
  });

  test('does not change with the objects that it was made from', () => {
    const gate = [auc.atLeast(0.6)];
    const { plan } = definePipeline({ ...base, gate } as never);
    gate.push(auc.atMost(0.9));
    expect(plan.gate).toEqual([{ kind: 'atLeast', metric: 'auc', value: 0.6 }]);
  });

  test('holds ranges to draw from, and how many are drawn', () => {
    const learners = [
      mlp({ hidden: [[16], [int(8, 128), 8]], learningRate: logUniform(1e-4, 1e-1), l2: uniform(0, 0.5) }),
    ];
    const strategy = random({ trials: 50, epochs: 2 });
    const { plan } = definePipeline({ ...base, search: { ...base.search, learners, strategy } } as never);
    expect(plan.search).toEqual({
      learners: [
        {
          kind: 'mlp',
          hidden: [[16], [{ kind: 'int', from: 8, to: 128 }, 8]],
          learningRate: { kind: 'log uniform', from: 1e-4, to: 1e-1 },
          l2: { kind: 'uniform', from: 0, to: 0.5 },
        },
      ],
      maximize: 'auc',
      strategy: { kind: 'random', trials: 50, epochs: 2 },
      seed: 1,
    });
  });

  test('holds profiles in their order, and no word of them where there are none', () => {
    const profiles = {
      standard: { falsePositive: 1, falseNegative: 5 },
      careful: { falsePositive: 1, falseNegative: 20 },
    };
    const { plan } = definePipeline({ ...base, scorecard: { metrics: [auc, expectedCost], profiles } } as never);
    expect(plan.scorecard.profiles).toEqual([
      { name: 'standard', falsePositive: 1, falseNegative: 5 },
      { name: 'careful', falsePositive: 1, falseNegative: 20 },
    ]);
    expect(definePipeline(base as never).plan.scorecard).toEqual({ metrics: ['auc'], slices: [] });
  });

  test('refuses to search by a metric that no trial measures', () => {
    const wrong = { ...base, search: { ...base.search, maximize: recall }, scorecard: { metrics: [auc, recall] } };
    expect(() => definePipeline(wrong as never)).toThrow(
      /expected one of auc, .* but came 'recall' in pipeline orders-fraud, search.maximize/,
    );
  });

  test('holds asynchronous halving, repeats and budgets', () => {
    const strategy = asha({ keep: 1 / 2, from: '1 epoch', to: '4 epochs', trials: 9 });
    const search = { ...base.search, strategy, repeats: 3, budget: { trials: 50, time: '30 minutes' } };
    expect(definePipeline({ ...base, search } as never).plan.search).toMatchObject({
      strategy: { kind: 'asha', keep: 1 / 2, fromEpochs: 1, toEpochs: 4, trials: 9 },
      repeats: 3,
      budget: { trials: 50, timeMs: 1_800_000 },
    });
  });

  test('holds every rule a metric can make', () => {
    const gate = [
      auc.atLeast(0.6),
      brier.atMost(0.2),
      logLoss.noWorseThanChampion({ by: 0.01 }),
      logLoss.noWorseThanReference({ by: 0.05 }),
      calibrationError.noWorseThanReference({ by: 0 }),
    ];
    const metrics = [auc, brier, logLoss, calibrationError];
    expect(definePipeline({ ...base, scorecard: { metrics }, gate } as never).plan.gate).toEqual([
      { kind: 'atLeast', metric: 'auc', value: 0.6 },
      { kind: 'atMost', metric: 'brier', value: 0.2 },
      { kind: 'noWorseThanChampion', metric: 'log loss', by: 0.01 },
      { kind: 'noWorseThanReference', metric: 'log loss', by: 0.05 },
      { kind: 'noWorseThanReference', metric: 'calibration error', by: 0 },
    ]);
  });
});

describe('a gate without an anchor', () => {
  test('is refused, with what to write: small steps down would add up', () => {
    const define = (gate: unknown) => () => definePipeline({ ...base, gate } as never);
    const error = errorOf(define([auc.noWorseThanChampion({ by: 0.005 })]));
    expect(error.code).toBe('gate.no-anchor');
    expect(error.message).toContain("'auc no worse than champion by 0.005'");
    expect(error.message).toContain('Add, on the same metric: .noWorseThanReference({ by: 0.02 })');
    const other = [auc.noWorseThanChampion({ by: 0.005 }), brier.noWorseThanReference({ by: 0.02 })];
    const scorecard = { metrics: [auc, brier], slices: ['shop'] };
    expect(errorOf(() => definePipeline({ ...base, scorecard, gate: other } as never)).code).toBe('gate.no-anchor');
    const onSlice = [auc.noWorseThanReference({ by: 0.02 }), auc.on('shop', 'a').noWorseThanChampion({ by: 0.01 })];
    const slice = errorOf(() => definePipeline({ ...base, scorecard, gate: onSlice } as never));
    expect(slice.message).toContain('Add, on the same metric and slice: .noWorseThanReference({ by: 0.04 })');
  });
});

describe('a wrong definition is refused, naming the place', () => {
  const search = base.search;
  const mlpOf = (grid: object) => mlp({ hidden: [[4]], learningRate: [0.1], l2: [0], ...grid });
  const many = Array.from({ length: 150 }, (_, index) => index + 1);
  const rangeOf = (l2: ReturnType<typeof uniform>, strategy = random({ trials: 9, epochs: 1 })) => ({
    search: { ...search, learners: [logistic({ l2 })], strategy },
  });
  const cases: readonly [what: string, changes: object, place: string, expected: string][] = [
    ['an id with capitals', { id: 'Orders' }, 'pipeline Orders, id', 'small letters'],
    ['no id', { id: undefined }, 'undefined in pipeline undefined, id', 'an id'],
    ['a misspelt key', { feature: {} }, "'feature' in pipeline orders-fraud", "Did you mean 'features'?"],
    ['a misspelt key inside', { window: { ...base.window, tran: '1 day' } }, 'window', "Did you mean 'train'?"],
    ['no gate', { gate: undefined }, 'orders-fraud, gate', 'a list of rules'],
    ['a rule in words', { gate: ['auc > 0.6'] }, "'auc > 0.6' in pipeline orders-fraud, gate[0]", 'auc.atLeast(0.6)'],
    ['no features', { features: {} }, 'features', 'one feature or more'],
    ['a feature in words', { features: { x: 'amount' } }, 'features.x', "number('distance')"],
    ["a feature's name with a dash", { features: { 'a-b': number('amount') } }, 'features.a-b', 'letters, digits'],
    [
      'no harmonics',
      { features: { x: cyclic('at', 'hour of day', { harmonics: 0 }) } },
      'features.x.harmonics',
      '1 to 64',
    ],
    ['an unknown period', { features: { x: cyclic('at', 'year' as never) } }, 'features.x', 'hour of day'],
    [
      'tables over half an hour',
      { features: { x: recentRate('shop', { over: '30 minutes' }) } },
      'x.over',
      'whole hours',
    ],
    ['tables over nothing', { features: { x: recentRate('shop', { over: '0 hours' }) } }, 'x.over', '1 or more'],
    [
      'smoothing below 0',
      { features: { x: recentRate('shop', { over: '1 hour', smoothing: -1 }) } },
      'smoothing',
      '0 or',
    ],
    ['half an hour of training', { window: { ...base.window, train: '90 minutes' } }, 'window.train', 'whole hours'],
    ['no training', { window: { ...base.window, train: '0 hours' } }, 'window.train', '1 or more'],
    ['no validation', { window: { ...base.window, validate: '0 days' } }, 'window.validate', '1 or more'],
    ['no test', { window: { ...base.window, test: '0 days' } }, 'window.test', '1 or more'],
    ['a label without a name', { label: { ...label, name: ' ' } }, 'label.name', 'a name'],
    [
      'a label of a text above another',
      { label: { ...label, from: column('shop').above(text('a') as never) } },
      'label.from',
      "text('yes')",
    ],
    [
      'a label of a text that no row has',
      { contract: kinds, label: { ...label, from: column('kind').equals(text('c')) } },
      'label.from',
      "'a', 'b'",
    ],
    [
      'a label of a boolean as a text',
      { contract: kinds, label: { ...label, from: column('paid').equals(text('true')) } },
      'label.from',
      'equals(true)',
    ],
    ['a label above NaN', { label: { ...label, from: column('days').above(Number.NaN) } }, 'label.from', 'to a number'],
    ['settling within minutes', { label: { ...label, settlesWithin: '90 minutes' } }, 'settlesWithin', 'whole hours'],
    [
      'settling too late',
      { label: { ...label, settlesAfter: '3 hours' } },
      "'3 hours or more'",
      'settlesWithin (2 hours)',
    ],
    [
      'settling too late at best',
      { label: { ...label, settlesAfter: column('days').times('50 minutes') } },
      "'150 minutes or more'",
      'settlesWithin (2 hours)',
    ],
    ['no learner', { search: { ...search, learners: [] } }, 'search.learners', 'one learner or more'],
    ['an empty grid', { search: { ...search, learners: [logistic({ l2: [] })] } }, 'learners[0].l2', 'one or more'],
    [
      'a negative penalty',
      { search: { ...search, learners: [logistic({ l2: [-1] })] } },
      'learners[0].l2[0]',
      '0 or more',
    ],
    ['a step of 0', { search: { ...search, learners: [mlpOf({ learningRate: [0] })] } }, 'learningRate[0]', 'above 0'],
    [
      'a value twice',
      { search: { ...search, learners: [mlpOf({ hidden: [[4], [4]] })] } },
      'hidden',
      'each value once',
    ],
    ['a layer of half a unit', { search: { ...search, learners: [mlpOf({ hidden: [[0.5]] })] } }, 'hidden[0]', 'units'],
    ['no layer', { search: { ...search, learners: [mlpOf({ hidden: [[]] })] } }, 'hidden[0]', 'layers'],
    ['keeping all', { search: { ...search, strategy: halvingOf({ keep: 1 }) } }, 'strategy.keep', 'below 1'],
    ['keeping none', { search: { ...search, strategy: halvingOf({ keep: 0 }) } }, 'strategy.keep', 'above 0'],
    [
      'halving backwards',
      { search: { ...search, strategy: halvingOf({ from: '3 epochs' }) } },
      'strategy.from',
      'no more',
    ],
    [
      'a budget of nothing',
      { search: { ...search, strategy: exhaustive({ epochs: 0 }) } },
      'strategy.epochs',
      'above 0',
    ],
    ['a range that all of is tried', rangeOf(uniform(0, 1), search.strategy), 'l2', 'random({ trials: 50'],
    ['a range halved whole', rangeOf(uniform(0, 1), halvingOf({})), 'l2', 'halving({ …, trials: 50 })'],
    ['a range below a right value', rangeOf(uniform(-1, 1)), 'learners[0].l2, start of uniform', '0 or more'],
    ['a range backwards', rangeOf(uniform(1, 0)), 'learners[0].l2', 'from a smaller value to a larger'],
    ['a range of logarithms from 0', rangeOf(logUniform(0, 1)), 'start of logUniform', 'above 0'],
    ['a range of parts of numbers', rangeOf(int(0, 0.5)), 'l2, end of int', 'a whole number'],
    ['a range without an end', rangeOf(uniform(0, Number.NaN)), 'end of uniform', '0 or more'],
    ['no list and no range', rangeOf(0.1 as never), 'learners[0].l2', 'a list, or a range'],
    [
      'a width that is no whole number',
      { search: { ...search, learners: [mlpOf({ hidden: [[uniform(8, 16)]] })] } },
      'hidden[0]',
      'int(8, 128)',
    ],
    ['half a repeat', { search: { ...search, repeats: 1.5 } }, 'search.repeats', 'whole number, 1 to 100'],
    ['repeats alone', { search: { ...search, repeats: 3, budget: { trials: 6 } } }, 'budget.trials', 'more than 6'],
    ['no time', { search: { ...search, budget: { time: '0 minutes' } } }, 'search.budget.time', 'longer than nothing'],
    [
      'less than all of a grid',
      { search: { ...search, learners: [logistic({ l2: [0, 1, 2] })], budget: { trials: 2 } } },
      'budget.trials',
      '3 or more',
    ],
    [
      'a grid without end',
      { search: { ...search, learners: [mlpOf({ learningRate: many, l2: [0, ...many] })] } },
      'search.learners',
      'a grid of 20000 points or fewer',
    ],
    ['half a trial', { search: { ...search, strategy: random({ trials: 0.5, epochs: 1 }) } }, 'trials', 'whole number'],
    ['a budget divided by 0', { search: { ...search, strategy: halvingOf({ from: '1/0 epoch' }) } }, 'from', 'above 0'],
    ['a seed in parts', { search: { ...search, seed: 1.5 } }, 'search.seed', 'a whole number'],
    ['no metric', { scorecard: { metrics: [] } }, 'scorecard.metrics', 'one metric or more'],
    ...(
      [
        [{}, 'scorecard.profiles', 'one profile or more'],
        [
          { Standard: { falsePositive: 1, falseNegative: 2 } },
          "'Standard' in pipeline orders-fraud, scorecard.profiles",
          'an id',
        ],
        [{ standard: { falsePositive: 1 } }, 'scorecard.profiles.standard.falseNegative', 'a cost above 0'],
        [{ standard: { falsePositive: 0, falseNegative: 1 } }, 'profiles.standard.falsePositive', 'a cost above 0'],
      ] as const
    ).map(
      ([profiles, place, expected]) =>
        ['profiles', { scorecard: { metrics: [auc], profiles } }, place, expected] as [string, object, string, string],
    ),
    ['a metric twice', { scorecard: { metrics: [auc, auc] } }, 'scorecard.metrics[1]', 'each metric once'],
    ['a slice twice', { scorecard: { metrics: [auc], slices: ['shop', 'shop'] } }, 'slices[1]', 'each column once'],
    ['an AUC above 1', { gate: [auc.atLeast(60)] }, 'gate[0]', 'a limit from 0 to 1'],
    ['a margin below 0', { gate: [auc.noWorseThanChampion({ by: -0.1 })] }, 'gate[0]', 'a limit from 0 to 1'],
    [
      'a time that is none',
      { gate: [scoringTime.p99.atMost('fast' as never)] },
      'gate[0]',
      "such as '50 microseconds'",
    ],
    ['a size that is none', { gate: [packageSize.atMost('2 GiB' as never)] }, 'gate[0]', "such as '500 kB'"],
    ['a limit that is none', { gate: [auc.atLeast(Number.NaN)] }, 'gate[0]', 'a limit'],
    ['retraining all the time', { retrain: [every('10 seconds')] }, 'retrain[0]', 'whole minutes'],
    ['a trigger twice', { retrain: [every('1 hour'), every('60 minutes')] }, 'retrain', 'each trigger once'],
    ['nothing to refresh', { refresh: every('10 minutes') }, 'refresh', 'recentRate or recentCount'],
    [
      'a refresh as seldom as a retraining',
      {
        features: { lately: recentRate('shop', { over: '6 hours' }) },
        retrain: [every('1 day'), every('1 hour')],
        refresh: every('60 minutes'),
      },
      "'1 hour' in pipeline orders-fraud, refresh",
      'less than the 1 hour from one retraining to the next',
    ],
    ['a refresh in words', { refresh: 'hourly' }, 'refresh', "every('10 minutes')"],
    ['a canary without a step', { rollout: { canary: [] } }, 'rollout.canary', "such as ['5 %']"],
    ['a canary of no share', { rollout: { canary: ['five' as never] } }, 'canary[0]', 'a share above 0'],
    ['a canary of all', { rollout: { canary: [{ weight: 1 }] } }, 'canary[0]', 'below 1'],
    ['a canary that falls', { rollout: { canary: ['25 %', '5 %'] } }, 'canary[1]', 'a larger share'],
    ['a hold of no time', { rollout: { hold: '0 minutes' } }, 'rollout.hold', 'longer than nothing'],
    ['half a request', { rollout: { analysis: { requests: 0.5 } } }, 'analysis.requests', 'a whole number'],
    ['no false alarm ever', { rollout: { analysis: { falseAlarms: 0 } } }, 'falseAlarms', 'a share above 0'],
    ['a distance above 1', { rollout: { analysis: { scores: { distance: 2 } } } }, 'scores.distance', 'below 1'],
    ['faster than now', { rollout: { analysis: { latency: { times: 0.5 } } } }, 'latency.times', 'a number from 1'],
    ['a misspelt measure', { rollout: { analysis: { error: 1 } as never } }, 'analysis', "Did you mean 'errors'"],
    ['one word for both', { answer: { positive: 'yes', negative: 'yes' } }, 'answer', 'two different words'],
    ['an empty word', { answer: { positive: '', negative: 'no' } }, 'answer.positive', 'a word'],
  ];
  test.each(cases)('%s', (_, changes, place, expected) => {
    const error = errorOf(define(changes));
    expect(error.code).toBe('pipeline.invalid');
    expect(error.facts.came).toContain(place);
    expect(`${error.facts.expected} ${error.facts.todo}`).toContain(expected);
  });

  test.each([
    ['label.settlesWithin', { label: { ...label, settlesWithin: '2 fortnights' } }],
    ['label.settlesAfter', { label: { ...label, settlesAfter: column('days').times('8' as never) } }],
    ['window.train', { window: { ...base.window, train: '14d' } }],
    ['features.x.over', { features: { x: recentRate('shop', { over: 'six hours' as never }) } }],
    ['retrain[0]', { retrain: [every('hourly' as never)] }],
    ['rollout.shadow', { rollout: { shadow: '2' } }],
    ['rollout.hold', { rollout: { hold: 'long' } }],
    ['rollout.canary[0].for', { rollout: { canary: [{ weight: 0.1, for: 'long' }] } }],
    ['rollout.analysis.wait', { rollout: { analysis: { wait: 'long' } } }],
    ['rollout.analysis.latency.above', { rollout: { analysis: { latency: { above: '9' } } } }],
  ])('a duration in %s', (place, changes) => {
    const error = errorOf(define(changes));
    expect(error.code).toBe('duration.invalid');
    expect(error.message).toContain(place);
  });

  test('a definition that is no object', () => {
    expect(errorOf(() => definePipeline(undefined as never)).code).toBe('pipeline.invalid');
    expect(errorOf(() => contract('orders', 7 as never)).code).toBe('pipeline.invalid');
  });
});

describe('a wrong contract is refused, naming the place', () => {
  const source = parquet(sample('flights-3m'));
  const cases: readonly [what: string, id: string, changes: object, place: string][] = [
    ['an id with a space', 'my orders', {}, 'contract my orders'],
    ['no row', 'orders', { row: { at: 'date' } }, 'contract orders, row'],
    ['no source', 'orders', { source: 'orders.csv' }, 'contract orders, source'],
    ['a misspelt key', 'orders', { eventtime: 'at' }, 'contract orders'],
    ['a key without columns', 'orders', { key: [] }, 'contract orders, key'],
    ['a key with a column twice', 'orders', { key: ['at', 'at'] }, 'contract orders, key'],
    ['a key in words', 'orders', { key: 'line number' }, 'contract orders, key'],
    ['a budget above 1', 'orders', { quarantine: { atMost: 5 } }, 'contract orders, quarantine.atMost'],
    ['a rule in words', 'orders', { rules: ['a > b'] }, 'contract orders, rules[0]'],
    ['a rule against NaN', 'orders', { rules: [column('amount').above(Number.NaN)] }, 'contract orders, rules[0]'],
  ];
  test.each(cases)('%s', (_, id, changes, place) => {
    const error = errorOf(() => contract(id, { source, row, eventTime: 'at', ...changes } as never));
    expect(error.code).toBe('pipeline.invalid');
    expect(error.facts.came).toContain(place);
  });

  test('words that are given what they cannot take', () => {
    const given = [() => parquet(''), () => sample('a/b'), () => rows.perDay.atLeast(0.5), () => csv('a', {} as never)];
    expect(given.map((word) => errorOf(word).code)).toEqual(Array(4).fill('pipeline.invalid'));
  });

  test('each kind of source is a plan of its kind', () => {
    const given = [parquet('a'), csv('a'), ndjson('a'), ndjson(sample('b'), { partition: 'hour' })];
    expect(given.map(({ kind, at }) => [kind, at])).toEqual([
      ['parquet', { path: 'a' }],
      ['csv', { path: 'a' }],
      ['ndjson', { path: 'a' }],
      ['ndjson', { sample: 'b' }],
    ]);
  });
});

function halvingOf(changes: object) {
  return halving({ keep: 1 / 3, from: '1/9 epoch', to: '2 epochs', ...changes });
}
