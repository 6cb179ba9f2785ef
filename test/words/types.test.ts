import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  auc,
  brier,
  category,
  column,
  contract,
  cyclic,
  definePipeline,
  exhaustive,
  gapAtMost,
  inOrder,
  logistic,
  logLoss,
  noDuplicates,
  number,
  packageSize,
  parquet,
  recentRate,
  references,
  scoringTime,
  text,
  unique,
} from '../../index.ts';
import { errorOf } from './errorOf.ts';

// Each case is refused twice: by tsc (the line below `@ts-expect-error`) and when the file runs unchecked.

const row = z.object({
  date: z.date(),
  delay: z.int(),
  distance: z.int().min(1),
  weight: z.number().nullable(),
  origin: z.string(),
  destination: z.string(),
  carrier: z.enum(['AA', 'UA']),
  diverted: z.boolean(),
  gate: z.string().nullable(),
});
const source = parquet('flights.parquet');
const flights = contract('flights', { source, row, eventTime: 'date' });

const labelled = {
  id: 'flight-delays',
  contract: flights,
  label: { name: 'late', from: column('delay').above(15), settlesAfter: '3 hours', settlesWithin: '8 hours' },
  window: { train: '14 days', validate: '1 day', test: '1 day' },
} as const;
const search = { learners: [logistic({ l2: [0] })], maximize: auc, strategy: exhaustive({ epochs: 1 }) };
const judged = { search, scorecard: { metrics: [auc, brier] }, gate: [auc.atLeast(0.6)] };
const base = { ...labelled, ...judged };
const features = { distance: number('distance') };

test('a right pipeline compiles and keeps its types', () => {
  const pipeline = definePipeline({
    ...base,
    features: {
      distance: number('distance'),
      distanceKey: category('distance'),
      gate: category('gate'),
      hour: cyclic('date', 'hour of day'),
      carrier: category('carrier'),
      diverted: category('diverted'),
      originLately: recentRate('origin', { over: '6 hours' }),
    },
    scorecard: { metrics: [auc, brier, logLoss], slices: ['origin', 'carrier'] },
    gate: [
      auc.noWorseThanChampion({ by: 0.005 }),
      auc.noWorseThanReference({ by: 0.02 }),
      auc.on('origin', 'JFK').atLeast(0.55),
      logLoss.atMost(1),
      scoringTime.p99.atMost('50 microseconds'),
      packageSize.atMost('2 MB'),
    ],
  });
  const id: 'flight-delays' = pipeline.id;
  type Types = NonNullable<(typeof pipeline)['__types']>;
  const feature: Types['feature'] = 'originLately';
  const metric: Types['metric'] = 'log loss';
  const origin: Types['row']['origin'] = 'SFO';
  expect([id, feature, metric, origin]).toEqual(['flight-delays', 'originLately', 'log loss', 'SFO']);
});

describe('a feature does not compile', () => {
  test("on the label's column", () => {
    // @ts-expect-error the label comes from it
    const error = errorOf(() => definePipeline({ ...base, features: { cheat: number('delay') } }));
    expect(error.code).toBe('feature.reads-label');
    expect(error.message).toContain("'delay' in pipeline flight-delays, features.cheat");
  });

  test('on a column that is not there', () => {
    // @ts-expect-error no such column
    const error = errorOf(() => definePipeline({ ...base, features: { from: category('orign') } }));
    expect(error.code).toBe('column.unknown');
    expect(error.message).toContain("'orign' in pipeline flight-delays, features.from. Did you mean 'origin'?");
  });

  test('on a column of the wrong type', () => {
    // @ts-expect-error a text is no number
    const asNumber = errorOf(() => definePipeline({ ...base, features: { x: number('origin') } }));
    // @ts-expect-error a date is no category
    const asCategory = errorOf(() => definePipeline({ ...base, features: { x: category('date') } }));
    // @ts-expect-error a text is no date
    const asDate = errorOf(() => definePipeline({ ...base, features: { x: cyclic('origin', 'hour of day') } }));
    const lately = { over: '6 hours' } as const;
    // @ts-expect-error a date is no key
    const asKey = errorOf(() => definePipeline({ ...base, features: { x: recentRate('date', lately) } }));
    const errors = [asNumber, asCategory, asDate, asKey];
    expect(errors.map((error) => error.code)).toEqual(Array(4).fill('column.wrong-type'));
    expect(asNumber.message).toContain("'origin', which is string, in pipeline flight-delays, features.x");
  });

  test('on a number that may be null', () => {
    // @ts-expect-error nothing stands for null
    const error = errorOf(() => definePipeline({ ...base, features: { x: number('weight') } }));
    expect(error.code).toBe('column.wrong-type');
    expect(error.message).toContain("'weight', which may be null, in pipeline flight-delays, features.x");
  });

  test('on broken numbers as a category, which only the run time sees', () => {
    const row = z.object({ at: z.date(), days: z.int(), ratio: z.number() });
    const broken = contract('broken', { source, row, eventTime: 'at' });
    const label = { ...labelled.label, from: column('days').above(3) };
    const define = () => definePipeline({ ...base, contract: broken, label, features: { x: category('ratio') } });
    expect(errorOf(define).code).toBe('column.wrong-type');
  });

  test('with a length of time without a unit', () => {
    // @ts-expect-error no unit
    const lately = recentRate('origin', { over: '6' });
    expect(errorOf(() => definePipeline({ ...base, features: { lately } })).code).toBe('duration.invalid');
  });
});

describe('a metric does not compile', () => {
  test('in the gate without being on the scorecard', () => {
    const error = errorOf(() =>
      definePipeline({
        ...base,
        features,
        // @ts-expect-error the scorecard lacks log loss
        gate: [auc.atLeast(0.6), logLoss.atMost(1)],
      }),
    );
    expect(error.code).toBe('metric.not-on-scorecard');
    expect(error.message).toContain("'log loss' in pipeline flight-delays, gate[1]");
  });

  test('in the gate on a column that is not there, or is not sliced by', () => {
    const scorecard = { metrics: [auc, brier], slices: ['origin'] } as const;
    const define = (gate: unknown) => errorOf(() => definePipeline({ ...base, features, scorecard, gate } as never));
    // @ts-expect-error no such column
    const unknown = () => definePipeline({ ...base, features, scorecard, gate: [auc.on('orign', 'JFK').atLeast(0.6)] });
    expect(errorOf(unknown).message).toContain(
      "'orign' in pipeline flight-delays, gate[0]. Add 'orign' there. Did you mean 'origin'?",
    );
    expect(define([auc.on('carrier', 'AA').atLeast(0.6)]).message).toContain('a column of scorecard.slices');
  });

  test('to search by without being on the scorecard', () => {
    const error = errorOf(() =>
      definePipeline({
        ...base,
        features,
        // @ts-expect-error the scorecard lacks log loss
        search: { ...search, maximize: logLoss },
      }),
    );
    expect(error.code).toBe('metric.not-on-scorecard');
    expect(error.message).toContain('search.maximize');
  });
});

describe('a column does not compile', () => {
  test('as a slice that is not there', () => {
    const error = errorOf(() =>
      definePipeline({
        ...base,
        features,
        // @ts-expect-error no such column
        scorecard: { metrics: [auc, brier], slices: ['origen'] },
      }),
    );
    expect(error.code).toBe('column.unknown');
    expect(error.message).toContain("scorecard.slices[0]. Did you mean 'origin'?");
  });

  test('as a slice by time', () => {
    const error = errorOf(() =>
      definePipeline({
        ...base,
        features,
        // @ts-expect-error every row would be a slice of its own
        scorecard: { metrics: [auc, brier], slices: ['date'] },
      }),
    );
    expect(error.code).toBe('column.wrong-type');
  });

  test('as an event time that is no date', () => {
    // @ts-expect-error a number
    const error = errorOf(() => contract('flights', { source, row, eventTime: 'delay' }));
    expect(error.code).toBe('column.wrong-type');
    expect(error.message).toContain("'delay', which is int, in contract flights, eventTime. Use one of: date.");
  });

  test('as an event time that may be null', () => {
    const open = z.object({ at: z.date().nullable() });
    // @ts-expect-error null has no hour
    expect(errorOf(() => contract('open', { source, row: open, eventTime: 'at' })).code).toBe('column.wrong-type');
  });

  test('as a label that is not there, has no order or may be null', () => {
    const labelFrom = (name: 'delayy' | 'origin' | 'weight') => ({ ...labelled.label, from: column(name).above(15) });
    const { label: _, ...unlabelled } = base;
    // @ts-expect-error no such column
    const absent = errorOf(() => definePipeline({ ...unlabelled, features, label: labelFrom('delayy') }));
    const text = errorOf(() =>
      definePipeline({
        ...unlabelled,
        features,
        // @ts-expect-error a text is not above a number
        label: { ...labelled.label, from: column('origin').above(15) },
      }),
    );
    const open = errorOf(() =>
      definePipeline({
        ...unlabelled,
        features,
        // @ts-expect-error may be null
        label: { ...labelled.label, from: column('weight').above(15) },
      }),
    );
    expect([absent.code, text.code, open.code]).toEqual(['column.unknown', 'pipeline.invalid', 'column.wrong-type']);
    expect(absent.message).toContain("Did you mean 'delay'?");
  });

  test('as a label of a text that is compared to what is none', () => {
    const label = { ...labelled.label, from: column('origin').equals(text('ORD')) };
    expect(definePipeline({ ...base, features: { distance: features.distance }, label }).plan.label.from.value).toBe(
      'ORD',
    );
    const error = errorOf(() =>
      definePipeline({
        ...base,
        features: { distance: features.distance },
        // @ts-expect-error a bare text names a column
        label: { ...labelled.label, from: column('origin').equals('ORD') },
      }),
    );
    expect(error.message).toContain("such as column('origin').equals(text('yes'))");
  });

  test('as a label of a number compared to a column', () => {
    const error = errorOf(() =>
      definePipeline({
        ...base,
        features,
        // @ts-expect-error a label compares to a number
        label: { ...labelled.label, from: column('delay').above('distance') },
      }),
    );
    expect(error.code).toBe('pipeline.invalid');
  });

  test('as a settle time that is no number', () => {
    const error = errorOf(() =>
      definePipeline({
        ...base,
        features,
        // @ts-expect-error a text
        label: { ...labelled.label, settlesAfter: column('origin').times('8 seconds') },
      }),
    );
    expect(error.code).toBe('column.wrong-type');
    expect(error.message).toContain('label.settlesAfter');
  });

  test('as a key that is not there', () => {
    // @ts-expect-error no such column
    const error = errorOf(() => contract('flights', { source, row, eventTime: 'date', key: ['origin', 'dat'] }));
    expect(error.code).toBe('column.unknown');
    expect(error.message).toContain('key[1]');
  });
});

describe('a row rule does not compile', () => {
  const ruled = { source, row, eventTime: 'date' } as const;

  test('on columns that are not there', () => {
    // @ts-expect-error no such column
    const left = errorOf(() => contract('flights', { ...ruled, rules: [column('orign').differsFrom('destination')] }));
    // @ts-expect-error no such column
    const right = errorOf(() => contract('flights', { ...ruled, rules: [column('origin').differsFrom('destinatio')] }));
    expect([left.code, right.code]).toEqual(['column.unknown', 'column.unknown']);
    expect(right.message).toContain("rules[0]. Did you mean 'destination'?");
  });

  test('between values of two types, or in the order of texts', () => {
    // @ts-expect-error a text and a number
    const mixed = errorOf(() => contract('flights', { ...ruled, rules: [column('origin').equals(5)] }));
    // @ts-expect-error a text and a date
    const pair = errorOf(() => contract('flights', { ...ruled, rules: [column('date').differsFrom('origin')] }));
    // @ts-expect-error texts have no order here
    const order = errorOf(() => contract('flights', { ...ruled, rules: [column('origin').above('destination')] }));
    expect([mixed.code, pair.code, order.code]).toEqual(Array(3).fill('column.wrong-type'));
  });

  test('on a value of another type, or in the order of values that have none', () => {
    // @ts-expect-error a number is no text
    const mixed = errorOf(() => contract('flights', { ...ruled, rules: [column('delay').equals(text('5'))] }));
    // @ts-expect-error a text is not true
    const truth = errorOf(() => contract('flights', { ...ruled, rules: [column('origin').equals(true)] }));
    // @ts-expect-error texts have no order here
    const order = errorOf(() => contract('flights', { ...ruled, rules: [column('origin').above(text('SFO'))] }));
    expect([mixed.code, truth.code, order.code]).toEqual(Array(3).fill('column.wrong-type'));
  });

  test('that requires what is required anyway, or where no comparison can hold', () => {
    const diverted = column('diverted').equals(true);
    // @ts-expect-error never null
    const full = errorOf(() => contract('flights', { ...ruled, rules: [column('origin').requiredWhen(diverted)] }));
    const where = column('orign').equals(text('SFO'));
    // @ts-expect-error no such column
    const absent = errorOf(() => contract('flights', { ...ruled, rules: [column('gate').requiredWhen(where)] }));
    // @ts-expect-error no such column
    const self = errorOf(() => contract('flights', { ...ruled, rules: [column('gat').requiredWhen(diverted)] }));
    expect([full.code, absent.code, self.code]).toEqual(['column.wrong-type', 'column.unknown', 'column.unknown']);
    expect(absent.message).toContain("rules[0].when. Did you mean 'origin'?");
  });

  test('on times of columns that are no dates', () => {
    const soon = column('date').within('10 minutes');
    // @ts-expect-error no such column
    const absent = errorOf(() => contract('flights', { ...ruled, rules: [soon.after('dat')] }));
    // @ts-expect-error a text
    const word = errorOf(() => contract('flights', { ...ruled, rules: [soon.after('origin')] }));
    // @ts-expect-error a number
    const count = errorOf(() => contract('flights', { ...ruled, rules: [column('delay').notInFuture()] }));
    expect([absent.code, word.code, count.code]).toEqual(['column.unknown', 'column.wrong-type', 'column.wrong-type']);
    // @ts-expect-error no unit
    expect(errorOf(() => column('date').notInFuture({ by: '5' })).code).toBe('duration.invalid');
  });

  test('that is only begun', () => {
    // @ts-expect-error of which other column?
    const error = errorOf(() => contract('flights', { ...ruled, rules: [column('date').within('1 minute')] }));
    expect(error.code).toBe('pipeline.invalid');
  });

  test('but it does on columns and values that can be ruled so', () => {
    const rules = [
      column('carrier').equals(text('AA')),
      column('diverted').equals(false),
      column('gate').requiredWhen(column('diverted').equals(false)),
      column('weight').requiredWhen(column('distance').above('delay')),
      column('date').within('10 minutes').after('date', { orBefore: '1 minute' }),
      column('date').notInFuture({ by: '5 minutes' }),
    ] as const;
    expect(contract('flights', { ...ruled, rules }).plan.rules.slice(2)).toEqual([
      {
        kind: 'requiredWhen',
        column: 'gate',
        when: { kind: 'compare', column: 'diverted', is: 'equals', to: { value: false } },
      },
      {
        kind: 'requiredWhen',
        column: 'weight',
        when: { kind: 'compare', column: 'distance', is: 'above', to: { column: 'delay' } },
      },
      { kind: 'within', column: 'date', after: 'date', atMostMs: 600_000, orBeforeMs: 60_000 },
      { kind: 'notInFuture', column: 'date', byMs: 300_000 },
    ]);
  });

  test('but it does on numbers, dates and texts that can be compared so', () => {
    const rules = [
      column('distance').above('weight'),
      column('distance').atMost(9000),
      column('origin').differsFrom('carrier'),
    ] as const;
    expect(contract('flights', { ...ruled, rules }).plan.rules).toHaveLength(3);
  });
});

describe('a rule across rows does not compile', () => {
  const ruled = { source, row, eventTime: 'date' } as const;
  const airports = contract('airports', {
    source,
    row: z.object({ at: z.date(), code: z.string(), elevation: z.int() }),
    eventTime: 'at',
  });

  test('on columns that are not there', () => {
    // @ts-expect-error no such column
    const one = errorOf(() => contract('flights', { ...ruled, across: [unique('orign')] }));
    // @ts-expect-error no such column
    const pair = errorOf(() => contract('flights', { ...ruled, across: [unique(['date', 'orign'])] }));
    // @ts-expect-error no such column
    const by = errorOf(() => contract('flights', { ...ruled, across: [inOrder({ by: 'delai' })] }));
    // @ts-expect-error no such column
    const per = errorOf(() => contract('flights', { ...ruled, across: [inOrder({ by: 'delay', per: 'gat' })] }));
    // @ts-expect-error no such column
    const gap = errorOf(() => contract('flights', { ...ruled, across: [gapAtMost('1 hour', { per: 'gat' })] }));
    // @ts-expect-error no such column
    const from = errorOf(() => contract('flights', { ...ruled, across: [references('orign', airports, 'code')] }));
    // @ts-expect-error no such column
    const to = errorOf(() => contract('flights', { ...ruled, across: [references('origin', airports, 'cod')] }));
    const errors = [one, pair, by, per, gap, from, to];
    expect(errors.map((error) => error.code)).toEqual(Array(7).fill('column.unknown'));
    expect(pair.message).toContain("'orign' in contract flights, across[0]. Did you mean 'origin'?");
    expect(per.message).toContain("'gat' in contract flights, across[0].per. Did you mean 'gate'?");
    expect(to.message).toContain("'cod' in references('origin', airports, …). Did you mean 'code'?");
  });

  test('in the order of texts, or to values of another type', () => {
    // @ts-expect-error texts have no order here
    const order = errorOf(() => contract('flights', { ...ruled, across: [inOrder({ by: 'origin' })] }));
    const to = references('origin', airports, 'elevation');
    // @ts-expect-error a text and a number
    const other = errorOf(() => contract('flights', { ...ruled, across: [to] }));
    expect([order.code, other.code]).toEqual(['column.wrong-type', 'column.wrong-type']);
  });

  test('with a length of time without a unit, or a shorter one than the gap', () => {
    // @ts-expect-error no unit
    expect(errorOf(() => unique('origin', { within: '7' })).code).toBe('duration.invalid');
    expect(errorOf(() => unique('origin', { within: '0 days' })).code).toBe('pipeline.invalid');
    expect(errorOf(() => gapAtMost('1 hour', { within: '1 hour' })).message).toContain('more than the gap, 1 hour');
  });

  test('twice, without a column, or with one twice', () => {
    const twice = errorOf(() => contract('flights', { ...ruled, across: [noDuplicates(), noDuplicates()] }));
    const none = errorOf(() => contract('flights', { ...ruled, across: [unique([])] }));
    const again = errorOf(() => contract('flights', { ...ruled, across: [unique(['origin', 'origin'])] }));
    expect([twice, none, again].map((error) => error.code)).toEqual(Array(3).fill('pipeline.invalid'));
    expect(twice.message).toContain('each rule once');
  });

  test('but it does on columns that are there, and the plan holds its spans in milliseconds', () => {
    const across = [
      unique('gate'),
      unique(['date', 'origin'], { within: '7 days' }),
      noDuplicates(),
      inOrder({ per: 'origin', by: 'delay' }),
      inOrder({ by: 'date', within: '2 hours' }),
      gapAtMost('10 minutes', { per: 'carrier' }),
      gapAtMost('3 days'),
      references('origin', airports, 'code'),
      references('delay', airports, 'elevation'),
    ] as const;
    const hour = 3_600_000;
    expect(contract('flights', { ...ruled, across }).plan.across).toEqual([
      { kind: 'unique', columns: ['gate'] },
      { kind: 'unique', columns: ['date', 'origin'], withinMs: 168 * hour },
      { kind: 'noDuplicates' },
      { kind: 'inOrder', per: 'origin', by: 'delay', withinMs: 24 * hour },
      { kind: 'inOrder', per: null, by: 'date', withinMs: 2 * hour },
      { kind: 'gapAtMost', per: 'carrier', atMostMs: hour / 6, withinMs: 24 * hour },
      { kind: 'gapAtMost', per: null, atMostMs: 72 * hour, withinMs: 144 * hour },
      { kind: 'references', column: 'origin', to: { contract: 'airports', column: 'code' } },
      { kind: 'references', column: 'delay', to: { contract: 'airports', column: 'elevation' } },
    ]);
  });
});
