import { z } from 'zod';
import type { Feature } from './feature.ts';
import { type NumericOptions, numericSettings, type Taking } from './numericOptions.ts';

export interface DaysBetweenOptions extends NumericOptions {
  /** Rounded down to whole days; with their fraction when left out. */
  readonly whole?: boolean;
}

/**
 * Days of 24 hours from one time to another: `daysBetween('ordered', 'shipped')`, negative where the second is earlier.
 * Null where either column is.
 */
export function daysBetween<
  const From extends string,
  const To extends string,
  const Options extends DaysBetweenOptions = DaysBetweenOptions,
>(from: From, to: To, options?: Options): Feature<Record<From | To, Taking<Date, Options>>> {
  const columns = [from, to] as const;
  return {
    kind: 'daysBetween',
    columns,
    plan: (name, place) => {
      const settings = numericSettings(options ?? {}, place, { whole: z.boolean('true or false').optional() });
      return { kind: 'daysBetween', name, columns, ...(options?.whole === true ? { whole: true } : {}), ...settings };
    },
  };
}
