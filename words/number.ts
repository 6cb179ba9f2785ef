import type { Feature } from './feature.ts';
import { type NumericOptions, numericSettings, type Taking } from './numericOptions.ts';

/** A numeric column, scaled to mean 0 and deviation 1 over the train window, or as the options say. */
export function number<const Name extends string, const Options extends NumericOptions = NumericOptions>(
  column: Name,
  options?: Options,
): Feature<Record<Name, Taking<number, Options>>> {
  return {
    kind: 'number',
    columns: [column],
    plan: (name, place) => ({ kind: 'number', name, column, ...numericSettings(options ?? {}, place) }),
  };
}
