import type { Duration } from '../core/time.ts';
import type { Unique } from './acrossRule.ts';
import { spanMs } from './spanMs.ts';

export interface UniqueOptions {
  /** How far apart in event time two rows with the same values may not be. The rows of one hour, when left out. */
  readonly within?: Duration;
}

/**
 * Of rows with the same values in these columns the first stays; the others go to quarantine. A row with a null there
 * has no such value. Throws `duration.invalid`, `pipeline.invalid`.
 */
export function unique<const Name extends string>(
  columns: Name | readonly Name[],
  options: UniqueOptions = {},
): Unique<Name> {
  const named = typeof columns === 'string' ? [columns] : columns;
  if (options.within === undefined) return { kind: 'unique', columns: named };
  return { kind: 'unique', columns: named, withinMs: spanMs(options.within, 'unique(…).within') };
}
