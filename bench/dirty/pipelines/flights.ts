import { column, contract, parquet } from 'whetstone';
import { z } from 'zod';

/** The eight rules that the peers judge by: three nulls, two ranges, two patterns, two columns that differ. */
export const flights = contract('dirty-flights', {
  source: parquet('flights-3m-dirty.parquet', { partition: 'hour' }),
  row: z.object({
    date: z.date(),
    delay: z.number().min(-120).max(1500),
    distance: z.number().min(0).max(5000).nullable(),
    origin: z.string().regex(/^[A-Z0-9]{3}$/),
    destination: z.string().regex(/^[A-Z0-9]{3}$/),
  }),
  eventTime: 'date',
  rules: [column('origin').differsFrom('destination')],
});
