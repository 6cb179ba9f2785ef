import type { Feature } from './feature.ts';
import { type NumericOptions, numericSettings, type Taking } from './numericOptions.ts';

/** One numeric column less another: `difference('paid', 'due')` is paid - due. Null where either column is. */
export function difference<
  const First extends string,
  const Second extends string,
  const Options extends NumericOptions = NumericOptions,
>(first: First, second: Second, options?: Options): Feature<Record<First | Second, Taking<number, Options>>> {
  const columns = [first, second] as const;
  return {
    kind: 'difference',
    columns,
    plan: (name, place) => ({ kind: 'difference', name, columns, ...numericSettings(options ?? {}, place) }),
  };
}
