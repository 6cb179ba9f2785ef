import { z } from 'zod';
import type { Feature } from './feature.ts';
import { type Scale, scaleOf, scaleShape } from './numericOptions.ts';
import { requireShape } from './requireShape.ts';

/** Unicode code points of a text, at most 1,024 of them; null has none. Scaled as `number` is. */
export function textLength<const Name extends string>(
  column: Name,
  options: { readonly scale?: Scale } = {},
): Feature<Record<Name, string | null | undefined>> {
  return {
    kind: 'textLength',
    columns: [column],
    plan: (name, place) => {
      requireShape(shape, options, place);
      return { kind: 'textLength', name, column, ...scaleOf(options.scale) };
    },
  };
}

const shape = z.strictObject({ scale: scaleShape.optional() });
