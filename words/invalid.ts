import { WhetError } from '../core/errors.ts';

/** A definition's value that cannot be right: what was expected there, what came, and the place in the file. */
export function invalid(place: string, expected: string, came: unknown, todo?: string): WhetError {
  const facts = { expected, came: `${shown(came)} in ${place}` };
  return new WhetError('pipeline.invalid', todo === undefined ? facts : { ...facts, todo });
}

/** A value as a person would write it; functions and long values are cut. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'function') return 'a function';
  const text = typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
