import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { batchRuleIds } from '../../core/batch/batchRuleIds.ts';
import { batchRuleText } from '../../core/batch/batchRuleText.ts';
import { column, contract, parquet, rows, share, text } from '../../index.ts';
import { errorOf } from './errorOf.ts';

// As in types.test.ts, each case is refused twice: by tsc and when the file runs unchecked.

const row = z.object({
  date: z.date(),
  delay: z.int(),
  weight: z.number().nullable(),
  origin: z.string(),
  carrier: z.enum(['AA', 'UA']),
  diverted: z.boolean(),
});
const given = { source: parquet('flights.parquet'), row, eventTime: 'date' } as const;
const days = { newest: '1 day', against: '7 days' } as const;

test('rules over the window read as they are written, and keep their ids and texts', () => {
  const { batch } = contract('flights', {
    ...given,
    batch: [
      rows.perDay.atLeast(10_000),
      rows.perHour.atMost(2_000),
      rows.between(1_000, 2_000_000),
      rows.newestDay.within(0.3),
      rows.newest.within('90 minutes'),
      rows.gap.atMost('3 hours'),
      column('weight').nullRate.atMost(0.01),
      column('origin').distinct.between(2, 400),
      column('delay').mean.between(0, 20),
      column('delay').min.atLeast(-120),
      column('delay').max.atMost(1_500),
      column('weight').quantile(0.95).atMost(120),
      column('carrier').varies(),
      share(column('delay').above(15)).between(0.05, 0.5),
      share(column('carrier').equals(text('AA'))).atLeast(0.1),
      share(column('diverted').equals(true)).atMost(0.01),
      column('origin').newValues(days).atMost(0),
      column('weight')
        .drift({ by: 'psi', ...days })
        .atMost(0.2),
      column('delay')
        .drift({ by: 'kolmogorovSmirnov', ...days })
        .atMost(0.1),
      column('weight').drift({ by: 'psi', newest: '1 hour', against: '1 day' }).atMost(0.3),
    ],
  }).plan;
  const ids = batchRuleIds(batch);
  expect(batch.map((rule, at) => `${ids[at]}: ${batchRuleText(rule)}`)).toEqual([
    'rows.perDay.atLeast: at least 10,000 rows a day',
    'rows.perHour.atMost: at most 2,000 rows an hour',
    'rows.between: 1,000 to 2,000,000 rows in the window',
    'rows.newestDay.within: as many rows in the newest 24 hours as in those of earlier days, within 30 %',
    "rows.newest.within: a row within 90 minutes before the window's end",
    'rows.gap.atMost: at most 3 hours without rows',
    'weight.nullRate.atMost: null rate of weight: at most 1 %',
    'origin.distinct.between: distinct values of origin: 2 to 400',
    'delay.mean.between: mean of delay: 0 to 20',
    'delay.min.atLeast: smallest value of delay: at least -120',
    'delay.max.atMost: largest value of delay: at most 1500',
    'weight.quantile.0.95.atMost: quantile 0.95 of weight: at most 120',
    'carrier.varies: carrier has more than one value',
    'delay.share.above.15.between: share of rows with delay above 15: 5 % to 50 %',
    'carrier.share.equals.AA.atLeast: share of rows with carrier equal to AA: at least 10 %',
    'diverted.share.equals.true.atMost: share of rows with diverted equal to true: at most 1 %',
    'origin.newValues.atMost: new values of origin: at most 0 in the newest 1 day against the 1 week before',
    'weight.drift.psi.atMost: drift of weight by psi: at most 0.2 in the newest 1 day against the 1 week before',
    'delay.drift.kolmogorovSmirnov.atMost: drift of delay by kolmogorovSmirnov: at most 0.1 in the newest 1 day against the 1 week before',
    'weight.drift.psi.atMost.2: drift of weight by psi: at most 0.3 in the newest 1 hour against the 1 day before',
  ]);
});

describe('a rule over the window does not compile', () => {
  test('on a column that is not there', () => {
    // @ts-expect-error no such column
    const measured = errorOf(() => contract('flights', { ...given, batch: [column('dely').mean.atMost(20)] }));
    // @ts-expect-error no such column
    const shared = errorOf(() => contract('flights', { ...given, batch: [share(column('dely').above(15)).atMost(1)] }));
    expect([measured.code, shared.code]).toEqual(['column.unknown', 'column.unknown']);
    expect(measured.message).toContain("'dely' in contract flights, batch[0]. Did you mean 'delay'?");
  });

  test('of numbers on texts, of texts on dates and broken numbers', () => {
    // @ts-expect-error a text is no number
    const mean = errorOf(() => contract('flights', { ...given, batch: [column('origin').mean.atMost(20)] }));
    const far = column('origin').drift({ by: 'kolmogorovSmirnov', ...days });
    // @ts-expect-error texts have no order
    const distance = errorOf(() => contract('flights', { ...given, batch: [far.atMost(0.1)] }));
    // @ts-expect-error a date is no category
    const distinct = errorOf(() => contract('flights', { ...given, batch: [column('date').distinct.atMost(9)] }));
    const later = column('date').drift({ by: 'psi', ...days });
    // @ts-expect-error time goes on
    const drift = errorOf(() => contract('flights', { ...given, batch: [later.atMost(0.1)] }));
    expect([mean, distance, distinct, drift].map(({ code }) => code)).toEqual(Array(4).fill('column.wrong-type'));
    expect(mean.message).toContain(
      "'origin', which is string, in contract flights, batch[0]. Use one of: delay, weight.",
    );
    // Whole or not, the compiler sees numbers.
    const broken = errorOf(() => contract('flights', { ...given, batch: [column('weight').distinct.atMost(9)] }));
    expect(broken.code).toBe('column.wrong-type');
  });

  test('as a null rate of a column that is never null', () => {
    // @ts-expect-error never null
    const error = errorOf(() => contract('flights', { ...given, batch: [column('delay').nullRate.atMost(0.1)] }));
    expect(error.code).toBe('column.wrong-type');
    expect(error.message).toContain("Add .nullable() to 'delay'");
  });

  test('as a share of what is not comparable so', () => {
    const late = share(column('delay').equals(text('late')));
    // @ts-expect-error a number and a text
    expect(errorOf(() => contract('flights', { ...given, batch: [late.atMost(1)] })).code).toBe('column.wrong-type');
    expect(errorOf(() => share(column('carrier').equals('AA'))).message).toContain("write text('AA')");
  });
});

describe('a rule over the window is refused', () => {
  const refused = (define: () => unknown) => errorOf(define).message;

  test('with a bound that has no meaning', () => {
    expect(refused(() => rows.perDay.atLeast(-1))).toContain(
      'a whole number, 0 or more, but came -1 in rows.perDay.atLeast(…)',
    );
    expect(refused(() => column('weight').nullRate.atMost(5))).toContain('a share, 0 to 1');
    expect(refused(() => column('delay').mean.between(9, 1))).toContain("the smaller number first, but came '9, 1'");
    expect(refused(() => column('delay').quantile(95).atMost(1))).toContain('a share, 0 to 1');
    expect(refused(() => column('delay').max.atMost(Number.NaN))).toContain('a finite number');
    expect(
      refused(() =>
        column('delay')
          .drift({ by: 'psi', ...days })
          .atMost(-1),
      ),
    ).toContain('a number, 0 or more');
    expect(refused(() => rows.newestDay.within(-0.1))).toContain('a share, such as 0.3');
    expect(refused(() => rows.gap.atMost('90 minutes'))).toContain('whole hours');
    expect(refused(() => column('delay').newValues({ newest: '1 day', against: '30 minutes' }))).toContain(
      'whole hours',
    );
  });

  test('where sketches cannot tell its share exactly, with what to write', () => {
    const message = (rule: ReturnType<ReturnType<typeof share>['atMost']>) =>
      errorOf(() => contract('flights', { ...given, batch: [rule as never] })).message;
    expect(message(share(column('delay').above(1_003)).atMost(1))).toContain(
      'Write above(999) or above(1007) or atLeast(1000) or atLeast(1008).',
    );
    expect(message(share(column('weight').above(0.1)).atMost(1))).toContain(
      'Write atLeast(0.099609375) or atLeast(0.1005859375).',
    );
    expect(message(share(column('origin').equals(text('SFO'))).atMost(1))).toContain("List the values of 'origin'");
  });

  test('that is no rule, or drift by what is no measure', () => {
    const wrong = [{ kind: 'rowsPerWeek', atLeast: 1 }] as never;
    expect(errorOf(() => contract('flights', { ...given, batch: wrong })).code).toBe('pipeline.invalid');
    const by = column('delay')
      .drift({ by: 'pse' as 'psi', ...days })
      .atMost(1);
    expect(refused(() => contract('flights', { ...given, batch: [by] }))).toContain("Did you mean 'psi'?");
  });

  test('as the severity of a rule that there is not', () => {
    const batch = [column('delay').mean.atMost(20)] as const;
    const plan = contract('flights', { ...given, batch, severity: { 'delay.mean.atMost': 'warn' } }).plan;
    expect(plan.severity).toEqual({ 'delay.mean.atMost': 'warn' });
    const severity = { 'delay.mean.atMost': 'quarantine' } as const;
    expect(errorOf(() => contract('flights', { ...given, batch, severity })).code).toBe('pipeline.invalid');
  });
});
