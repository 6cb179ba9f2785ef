import { z } from 'zod';

/** A value that one of the words made, known by its keys. */
export function made(expected: string, keys: readonly string[]) {
  const isMade = (value: unknown): boolean =>
    typeof value === 'object' && value !== null && keys.every((key) => key in value);
  return z.custom(isMade, expected);
}
