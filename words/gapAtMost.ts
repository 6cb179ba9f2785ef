import { type Duration, durationText, hourMs } from '../core/time.ts';
import type { GapAtMost } from './acrossRule.ts';
import { invalid } from './invalid.ts';
import { spanMs } from './spanMs.ts';

export interface GapAtMostOptions<Per extends string> {
  /** Rows with the same value here follow each other; all rows, when left out. */
  readonly per?: Per;
  /** Who was silent for longer than this counts as new; a day when left out, or twice the gap where that is more. */
  readonly within?: Duration;
}

/**
 * Between two rows that follow each other lies no more than that: `gapAtMost('10 minutes', { per: 'device' })`. A gap is
 * told and puts no row into quarantine, unless the rule's severity says so. Throws `duration.invalid`,
 * `pipeline.invalid`.
 */
export function gapAtMost<const Per extends string = never>(
  length: Duration,
  { per, within }: GapAtMostOptions<Per> = {},
): GapAtMost<Per> {
  const atMostMs = spanMs(length, 'gapAtMost(…)');
  const withinMs = within === undefined ? Math.max(24 * hourMs, 2 * atMostMs) : spanMs(within, 'gapAtMost(…).within');
  if (withinMs > atMostMs) return { kind: 'gapAtMost', per: per ?? null, atMostMs, withinMs };
  throw invalid('gapAtMost(…).within', `more than the gap, ${durationText(atMostMs)}`, within);
}
