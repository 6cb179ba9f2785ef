import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  auc,
  bucket,
  category,
  column,
  contract,
  cyclic,
  daysBetween,
  definePipeline,
  difference,
  exhaustive,
  logistic,
  number,
  parquet,
  ratio,
  recentCount,
  recentRate,
  textLength,
  timeOfDay,
} from '../../index.ts';
import { errorOf } from './errorOf.ts';

const row = z.object({
  bought: z.date(),
  due: z.date().nullable(),
  amount: z.number(),
  limit: z.number().nullable(),
  visits: z.int().optional(),
  unpaid: z.int(),
  shop: z.string(),
  note: z.string().nullable(),
  member: z.boolean().nullable(),
});
const base = {
  id: 'payments',
  contract: contract('payments', { source: parquet('payments.parquet'), row, eventTime: 'bought' }),
  label: { name: 'unpaid', from: column('unpaid').above(0), settlesAfter: '1 day', settlesWithin: '24 hours' },
  window: { train: '14 days', validate: '1 day', test: '1 day' },
  search: { learners: [logistic({ l2: [0] })], maximize: auc, strategy: exhaustive({ epochs: 1 }) },
  scorecard: { metrics: [auc] },
  gate: [],
} as const;

describe('features of every kind', () => {
  test('say in the plan what is not as usual, and nothing else', () => {
    const { plan } = definePipeline({
      ...base,
      features: {
        amount: number('amount'),
        limit: number('limit', { missing: 'median', indicator: true, scale: 'quantile' }),
        used: ratio('amount', 'limit', { missing: 0, whenZero: 1, scale: 'standard' }),
        left: difference('limit', 'amount', { missing: 'mean' }),
        days: daysBetween('bought', 'due', { missing: 'mean', whole: true }),
        length: textLength('note', { scale: 'log' }),
        minute: cyclic('bought', 'minute of hour'),
        shop: category('shop', { atLeast: 20, atMost: 500 }),
        member: category('member'),
        bands: bucket('limit', { cuts: [10, 100] }),
        often: bucket('visits', { quantiles: 4 }),
        shopLately: recentCount('shop', { over: '6 hours' }),
        memberLately: recentRate('member', { over: '6 hours' }),
        pairLately: recentRate(['shop', 'member', timeOfDay('bought', '10 minutes')], { over: '6 hours' }),
        oneLately: recentCount(['shop'], { over: '6 hours' }),
      },
    });
    const six = 6 * 3_600_000;
    const pair = [{ column: 'shop' }, { column: 'member' }, { column: 'bought', timeOfDayMs: 600_000 }];
    expect(plan.features).toEqual([
      { kind: 'number', name: 'amount', column: 'amount' },
      { kind: 'number', name: 'limit', column: 'limit', scale: 'quantile', missing: 'median', indicator: true },
      { kind: 'ratio', name: 'used', columns: ['amount', 'limit'], whenZero: 1, missing: 0 },
      { kind: 'difference', name: 'left', columns: ['limit', 'amount'], missing: 'mean' },
      { kind: 'daysBetween', name: 'days', columns: ['bought', 'due'], whole: true, missing: 'mean' },
      { kind: 'textLength', name: 'length', column: 'note', scale: 'log' },
      { kind: 'cyclic', name: 'minute', column: 'bought', period: 'minute of hour' },
      { kind: 'category', name: 'shop', column: 'shop', atLeast: 20, atMost: 500 },
      { kind: 'category', name: 'member', column: 'member' },
      { kind: 'bucket', name: 'bands', column: 'limit', cuts: [10, 100] },
      { kind: 'bucket', name: 'often', column: 'visits', quantiles: 4 },
      { kind: 'recentCount', name: 'shopLately', column: 'shop', overMs: six, scale: 'log' },
      { kind: 'recentRate', name: 'memberLately', column: 'member', overMs: six, smoothing: 20 },
      { kind: 'recentRate', name: 'pairLately', by: pair, overMs: six, smoothing: 20 },
      { kind: 'recentCount', name: 'oneLately', column: 'shop', overMs: six, scale: 'log' },
    ]);
  });
});

describe('a key of several parts is refused', () => {
  const lately = { over: '6 hours' } as const;

  test('with a time that is none, may be null, or is the label', () => {
    const [ofText, ofDue] = [timeOfDay('shop', '1 hour'), timeOfDay('due', '1 hour')];
    // @ts-expect-error a text has no time of day
    const text = errorOf(() => definePipeline({ ...base, features: { x: recentRate([ofText], lately) } }));
    // @ts-expect-error due may be null
    const due = errorOf(() => definePipeline({ ...base, features: { x: recentRate(['shop', ofDue], lately) } }));
    // @ts-expect-error a time is no key but by its time of day
    const whole = errorOf(() => definePipeline({ ...base, features: { x: recentCount(['shop', 'bought'], lately) } }));
    // @ts-expect-error the label's column
    const label = errorOf(() => definePipeline({ ...base, features: { x: recentRate(['shop', 'unpaid'], lately) } }));
    expect([text, due, whole].map(({ code }) => code)).toEqual(Array(3).fill('column.wrong-type'));
    expect(label.code).toBe('feature.reads-label');
  });

  test.each([
    ['a length that divides the day', ['shop', timeOfDay('bought', '7 minutes')]],
    ['a length that divides the day', [timeOfDay('bought', '30 seconds')]],
    ['each column once', ['shop', 'member', 'shop']],
    ["a list of them such as ['origin', 'destination']", []],
    ["timeOfDay('date', '10 minutes')", ['shop', 7]],
  ])('with %s', (words, by) => {
    const feature = recentRate(by as never, lately);
    const error = errorOf(() => definePipeline({ ...base, features: { x: feature } } as never));
    expect(error.message).toContain(words);
  });
});

// Each is refused twice: by tsc (the line below `@ts-expect-error`) and when the file runs unchecked.
describe('a feature of two columns does not compile', () => {
  test('where either comes from the label', () => {
    // @ts-expect-error the second is the label's
    const second = errorOf(() => definePipeline({ ...base, features: { x: ratio('amount', 'unpaid') } }));
    // @ts-expect-error the first is the label's
    const first = errorOf(() => definePipeline({ ...base, features: { x: difference('unpaid', 'amount') } }));
    expect([second.code, first.code]).toEqual(['feature.reads-label', 'feature.reads-label']);
  });

  test('where either is not there, or of another type', () => {
    // @ts-expect-error no such column
    const absent = errorOf(() => definePipeline({ ...base, features: { x: difference('amount', 'limt') } }));
    // @ts-expect-error a text
    const text = errorOf(() => definePipeline({ ...base, features: { x: ratio('shop', 'amount') } }));
    // @ts-expect-error a number is no date
    const days = errorOf(() => definePipeline({ ...base, features: { x: daysBetween('bought', 'amount') } }));
    expect([absent.code, text.code, days.code]).toEqual(['column.unknown', 'column.wrong-type', 'column.wrong-type']);
    expect(absent.message).toContain("Did you mean 'limit'?");
  });

  test('where either may be null and nothing stands for it', () => {
    const used = { whenZero: 1 };
    // @ts-expect-error limit may be null
    const ratioOf = errorOf(() => definePipeline({ ...base, features: { x: ratio('amount', 'limit', used) } }));
    // @ts-expect-error due may be null
    const days = errorOf(() => definePipeline({ ...base, features: { x: daysBetween('bought', 'due') } }));
    // @ts-expect-error a missing time has no place on a circle
    const hour = errorOf(() => definePipeline({ ...base, features: { x: cyclic('due', 'hour of day') } }));
    expect([ratioOf.code, days.code, hour.code]).toEqual(Array(3).fill('column.wrong-type'));
    expect(ratioOf.message).toContain("Say what stands for it, such as { missing: 'median' }");
    expect(hour.message).not.toContain('missing');
  });
});

describe('an option is refused', () => {
  const refused = (feature: Parameters<typeof definePipeline>[0]['features'][string]): string =>
    errorOf(() => definePipeline({ ...base, features: { x: feature } } as never)).message;

  test.each([
    // @ts-expect-error no such scale
    ["'cubic' in", () => number('amount', { scale: 'cubic' })],
    ['NaN in', () => number('limit', { missing: Number.NaN })],
    // @ts-expect-error no such option
    ["Did you mean 'missing'?", () => number('limit', { mising: 'mean' })],
    ['an indicator beside what stands for null', () => number('amount', { indicator: true })],
    ['Infinity in', () => ratio('amount', 'visits', { whenZero: Number.POSITIVE_INFINITY, missing: 0 })],
    ['whole rows, 1 or more', () => category('shop', { atLeast: 0.5 })],
    ['a whole number of values', () => category('shop', { atMost: 0 })],
    ['ascending', () => bucket('amount', { cuts: [1, 1] })],
    ['ascending', () => bucket('amount', { cuts: [] })],
    ['2 to 1,000', () => bucket('amount', { quantiles: 1 })],
    // @ts-expect-error neither
    ['{ cuts: [10, 100] } or', () => bucket('amount', {})],
    ['whole hours', () => recentCount('shop', { over: '90 minutes' })],
    // @ts-expect-error no such period
    ["'time of year'", () => cyclic('bought', 'day of month')],
  ])('with %s', (words, make) => {
    expect(refused(make() as never)).toContain(words);
  });
});
