import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pathPartition } from '../../core/pathPartition.ts';
import { hourMs } from '../../core/time.ts';

const at = Date.UTC(2001, 2, 15, 12);
const hour = { fromMs: at, toMs: at + hourMs };
const day = { fromMs: at - 12 * hourMs, toMs: at + 12 * hourMs };

test.each([
  ['raw/dt=2001-03-15/hour=12/x.csv', hour],
  ['raw/dt=2001-03-15/region=eu/HR=12/x.csv', hour],
  ['raw/date=20010315/h=12/x.csv', hour],
  ['raw/dt=2001-03-15T12/x.csv', hour],
  ['raw/dt=2001-03-15-12/x.csv', hour],
  ['year=2001/month=3/day=15/hour=12/x.csv', hour],
  ['s3://b/year=2001/month=03/day=15/x.csv?endpoint=http://h/hour=3/', day],
  ['raw/ds=2001-03-15/x.csv', day],
])('%s names its hour or day', (path, range) => {
  expect(pathPartition(path)).toEqual(range);
});

test.each([
  'raw/x.csv',
  'raw/dt=2001-03-15',
  'raw/dt=2001-02-30/x.csv',
  'raw/dt=2001-03-15/hour=24/x.csv',
  'raw/dt=today/x.csv',
  'raw/hour=12/x.csv',
  'year=2001/day=15/x.csv',
])('%s names none', (path) => {
  expect(pathPartition(path)).toBeUndefined();
});

test('every hour is found again in the path that is written of it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2_000_000 }), (hours) => {
      const iso = new Date(hours * hourMs).toISOString();
      const path = `a/dt=${iso.slice(0, 10)}/hour=${iso.slice(11, 13)}/part.parquet`;
      expect(pathPartition(path)).toEqual({ fromMs: hours * hourMs, toMs: (hours + 1) * hourMs });
    }),
  );
});
