import { z } from 'zod';
import type { Feature } from './feature.ts';
import { type NumericOptions, numericSettings, type Taking } from './numericOptions.ts';

export interface RatioOptions extends NumericOptions {
  /** The value where the second column is 0; 0 when left out. */
  readonly whenZero?: number;
}

/** One numeric column by another: `ratio('amount', 'limit')` is amount / limit. Null where either column is. */
export function ratio<
  const Top extends string,
  const Bottom extends string,
  const Options extends RatioOptions = RatioOptions,
>(top: Top, bottom: Bottom, options?: Options): Feature<Record<Top | Bottom, Taking<number, Options>>> {
  const columns = [top, bottom] as const;
  return {
    kind: 'ratio',
    columns,
    plan: (name, place) => {
      const settings = numericSettings(options ?? {}, place, { whenZero: z.number('a finite number').optional() });
      return { kind: 'ratio', name, columns, whenZero: options?.whenZero ?? 0, ...settings };
    },
  };
}
