import { logGamma } from '../../../core/logGamma.ts';

/** The probability of `count` hits or more in `all` tries that each hit with probability `share`, 0 to 1, both excluded. */
export function binomialTail(count: number, all: number, share: number): number {
  // From the mean on each term is smaller than the one before: the sum from the smaller side.
  if (count <= all * share) return 1 - tailFrom(all - count + 1, all, 1 - share);
  return tailFrom(count, all, share);
}

function tailFrom(count: number, all: number, share: number): number {
  if (count > all) return 0;
  const ways = logGamma(all + 1) - logGamma(count + 1) - logGamma(all - count + 1);
  let [term, sum] = [Math.exp(ways + count * Math.log(share) + (all - count) * Math.log1p(-share)), 0];
  for (let hits = count; hits <= all && term > sum * 1e-17; hits += 1) {
    sum += term;
    term *= ((all - hits) * share) / ((hits + 1) * (1 - share));
  }
  return Math.min(1, sum);
}
