import { logGamma } from '../logGamma.ts';

/** Rows of which some are of a kind. */
export interface KindRows {
  readonly rows: number;
  readonly ofKind: number;
}

/**
 * The probability that of all rows of the kind at least those in the window came to lie there, if rows were dealt out
 * anew to the window and the rest: Fisher's exact test (1935), one-sided. Whole numbers; exact to about 1e-9 of itself.
 */
export function hypergeometricTail(rest: KindRows, window: KindRows): number {
  const [kind, rows] = [rest.ofKind + window.ofKind, rest.rows + window.rows];
  const most = Math.min(kind, window.rows);
  // From there on each term is smaller than the one before: the sum from the smaller side.
  const mean = (kind * window.rows) / rows;
  if (window.ofKind <= mean) return 1 - sumDown(kind, rows, window.rows, window.ofKind - 1);
  let [term, sum] = [probability(kind, rows, window.rows, window.ofKind), 0];
  for (let dealt = window.ofKind; dealt <= most && term > sum * 1e-17; dealt += 1) {
    sum += term;
    term *= ((kind - dealt) * (window.rows - dealt)) / ((dealt + 1) * (rows - kind - window.rows + dealt + 1));
  }
  return Math.min(1, sum);
}

function sumDown(kind: number, rows: number, inWindow: number, from: number): number {
  const least = Math.max(0, kind + inWindow - rows);
  if (from < least) return 0;
  let [term, sum] = [probability(kind, rows, inWindow, from), 0];
  for (let dealt = from; dealt >= least && term > sum * 1e-17; dealt -= 1) {
    sum += term;
    term *= (dealt * (rows - kind - inWindow + dealt)) / ((kind - dealt + 1) * (inWindow - dealt + 1));
  }
  return Math.min(1, sum);
}

function probability(kind: number, rows: number, inWindow: number, dealt: number): number {
  return Math.exp(logChoose(kind, dealt) + logChoose(rows - kind, inWindow - dealt) - logChoose(rows, inWindow));
}

function logChoose(all: number, some: number): number {
  return logGamma(all + 1) - logGamma(some + 1) - logGamma(all - some + 1);
}
