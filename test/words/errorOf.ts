import { WhetError } from '../../core/errors.ts';

/** The catalogue's error that a definition throws. */
export function errorOf(define: () => unknown): WhetError {
  try {
    define();
  } catch (error) {
    if (error instanceof WhetError) return error;
    throw error;
  }
  throw new Error('expected an error of the catalogue, but the definition went through');
}
