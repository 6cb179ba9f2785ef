import { WhetError } from '../core/errors.ts';

/** The scores, one number for each row: JSON would turn NaN into null, and a client would take that for an answer. Throws `model.no-score`. */
export function requireScores(scores: Float32Array, rows: number, version: number): Float32Array {
  if (scores.length !== rows) throw noScore(version, `${scores.length} for ${rows} rows`);
  for (let row = 0; row < rows; row += 1) {
    if (!Number.isFinite(scores[row])) throw noScore(version, `${scores[row]} for row ${row}`);
  }
  return scores;
}

function noScore(version: number, came: string): WhetError {
  return new WhetError('model.no-score', { expected: `a score from version ${version}`, came });
}
