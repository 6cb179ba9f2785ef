import { WhetError } from '../../core/errors.ts';
import type { Parameters } from '../../core/trial.ts';

/** A parameter that is one number. Throws `input.invalid`. */
export function numberParameter(parameters: Parameters, name: string): number {
  const value = parameters[name];
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new WhetError('input.invalid', { expected: `a finite number as ${name}`, came: JSON.stringify(parameters) });
}

/** A parameter that is a list of counts, each at least 1. Throws `input.invalid`. */
export function countsParameter(parameters: Parameters, name: string): readonly number[] {
  const value = parameters[name];
  if (Array.isArray(value) && value.every((count) => Number.isInteger(count) && count >= 1)) return value;
  throw new WhetError('input.invalid', {
    expected: `whole numbers from 1 as ${name}`,
    came: JSON.stringify(parameters),
  });
}
