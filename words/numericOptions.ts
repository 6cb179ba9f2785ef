import { z } from 'zod';
import type { MissingValue, NumericSettings } from '../core/featurePlan.ts';
import { invalid } from './invalid.ts';
import { requireShape } from './requireShape.ts';

/** How a number becomes an input of the network. */
export interface NumericOptions {
  /**
   * `standard` (when left out): (x - mean) / deviation over the train window. `log`: the same of sign(x) ln(1 + |x|).
   * `quantile`: the value's rank among the train window's. `none`: as it is.
   */
  readonly scale?: Scale;
  /** What stands for null, where null may come: the train window's mean or median, or a value of its own. */
  readonly missing?: MissingValue;
  /** An input more: 1 where the value is null. */
  readonly indicator?: boolean;
}

export type Scale = 'standard' | 'log' | 'quantile' | 'none';

/** The type of column that a feature with these options needs: null may come where they say what stands for it. */
export type Taking<Value, Options> = Options extends { readonly missing: MissingValue }
  ? Value | null | undefined
  : Value;

/**
 * What the options say, without what is as usual: a plan without options is the plan that it was. `more` is the shape of
 * the options that only one word has. Throws `pipeline.invalid`.
 */
export function numericSettings(options: NumericOptions, place: string, more: z.ZodRawShape = {}): NumericSettings {
  requireShape(z.strictObject({ ...numericShape, ...more }), options, place);
  const { scale, missing, indicator } = options;
  if (indicator === true && missing === undefined) {
    const expected = "an indicator beside what stands for null, such as missing: 'mean'";
    throw invalid(`${place}.indicator`, expected, indicator);
  }
  return {
    ...scaleOf(scale),
    ...(missing === undefined ? {} : { missing }),
    ...(indicator === true ? { indicator } : {}),
  };
}

export function scaleOf(scale: Scale | undefined): Pick<NumericSettings, 'scale'> {
  return scale === undefined || scale === 'standard' ? {} : { scale };
}

export const scaleShape = z.enum(['standard', 'log', 'quantile', 'none'], "'standard', 'log', 'quantile' or 'none'");

const numericShape = {
  scale: scaleShape.optional(),
  missing: z.union([z.enum(['mean', 'median']), z.number()], "'mean', 'median' or a finite number").optional(),
  indicator: z.boolean('true or false').optional(),
};
