import { logGamma } from './logGamma.ts';

/**
 * Evidence, as a natural logarithm, that `count` of `all` (0 or more, not only whole ones) is not what a share of `share`
 * gives: the likelihood mixed over all shares by Jeffreys' prior, against that of `share`. It may be looked at after each
 * draw: while `share` is true it ever gets above -ln(alpha) with a probability of at most alpha (Ville 1939; the mixture is
 * that of Robbins 1970).
 */
export function shareEvidence(count: number, all: number, share: number): number {
  const misses = all - count;
  const mixed = logGamma(count + 0.5) + logGamma(misses + 0.5) - logGamma(all + 1) - Math.log(Math.PI);
  return mixed - times(count, Math.log(share)) - times(misses, Math.log1p(-share));
}

/** Whether a share above `share` is shown at `alpha`, however often that is asked. */
export function isShareAbove(count: number, all: number, share: number, alpha: number): boolean {
  return all > 0 && count / all > share && shareEvidence(count, all, share) >= -Math.log(alpha);
}

/** All shares that `count` of `all` does not refute: they hold the true one, at every look, with probability 1 - alpha. */
export function shareBounds(
  count: number,
  all: number,
  alpha: number,
): { readonly low: number; readonly high: number } {
  if (all <= 0) return { low: 0, high: 1 };
  const isRefuted = (share: number): boolean => shareEvidence(count, all, share) >= -Math.log(alpha);
  const seen = count / all;
  return { low: edge(seen, 0, isRefuted), high: edge(seen, 1, isRefuted) };
}

/** The share from `inner` towards `outer` from which on all are refuted, to 1e-9. */
function edge(inner: number, outer: number, isRefuted: (share: number) => boolean): number {
  let [held, beyond] = [inner, outer];
  for (let halving = 0; halving < 30; halving += 1) {
    const middle = (held + beyond) / 2;
    if (isRefuted(middle)) beyond = middle;
    else held = middle;
  }
  return beyond;
}

/** Nothing times the logarithm of nothing is nothing. */
function times(count: number, log: number): number {
  return count === 0 ? 0 : count * log;
}
