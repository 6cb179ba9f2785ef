import { WhetError } from '../core/errors.ts';

/** A number of processes as it was typed after an option. */
export function processesOf(text: string, option: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= 256) return count;
  throw new WhetError('input.invalid', { expected: `1 to 256 processes in ${option}`, came: `'${text}'` });
}
