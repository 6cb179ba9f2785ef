/**
 * Which part of the tolerated share of false promotions a look may spend: a candidate passes wrongly with at most this
 * part times that share. Then of all candidates promoted at most that share is expected to be false ones, however many
 * looks there are: LORD++ (Ramdas, Yang, Wainwright and Jordan 2017) in its form for tests that share data with the
 * last few (LORD* under local dependence: Zrnic, Ramdas and Jordan 2021). Shape: docs/decisions/0011.
 *
 * `look` counts from 1. `countsFrom` has for each promotion, in order, the first look whose test rows it shares none of:
 * before that it earns nothing, since its luck is in those rows too. The parts of all looks until any one sum up to at
 * most the promotions that count by then, or to 1 while none does.
 */
export function lookPart(look: number, countsFrom: ArrayLike<number>, count: number = countsFrom.length): number {
  let part = firstPart * spentAt(look);
  for (let at = 0; at < count; at += 1) {
    const since = look - (countsFrom[at] ?? look) + 1;
    if (since > 0) part += (at === 0 ? 1 - firstPart : 1) * spentAt(since);
  }
  return part;
}

/** What may be spent before any promotion counts. */
const firstPart = 0.5;

/** Makes what is spent at all looks sum to 1: one over Hurwitz's zeta of 1.3 from 24 on. */
const scale = 0.773489;

/**
 * The part of what was earned that is spent at the nth look from then on. Any falling sequence that sums to 1 keeps the
 * promise. This one is nearly even over the first day of hourly looks, half spent after ten days, and leaves a sixth for
 * looks after the first year, so that a long time without a better model does not make the gate deaf.
 */
function spentAt(n: number): number {
  const known = spent[n];
  if (known !== undefined) return known;
  const part = scale * (n + 23) ** -1.3;
  spent[n] = part;
  return part;
}

/** Computed once each: a simulated year of hourly looks asks for them millions of times. */
const spent: number[] = [];
