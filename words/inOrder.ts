import type { Duration } from '../core/time.ts';
import type { InOrder } from './acrossRule.ts';
import { spanMs } from './spanMs.ts';

export interface InOrderOptions<By extends string, Per extends string> {
  /** The column that never goes back as event time goes on: a number or a date. */
  readonly by: By;
  /** Rows with the same value here are compared with each other; all rows, when left out. */
  readonly per?: Per;
  /** How far back in event time rows are compared; a day when left out. */
  readonly within?: Duration;
}

/**
 * A row that is below one that came before it goes to quarantine: `inOrder({ per: 'device', by: 'sequence' })`. Rows of
 * the same event time have no order. Throws `duration.invalid`, `pipeline.invalid`.
 */
export function inOrder<const By extends string, const Per extends string = never>({
  by,
  per,
  within = '1 day',
}: InOrderOptions<By, Per>): InOrder<By, Per> {
  return { kind: 'inOrder', per: per ?? null, by, withinMs: spanMs(within, 'inOrder(…).within') };
}
