import { logGamma } from '../logGamma.ts';

/** The probability that a draw of the gamma distribution of that shape and scale 1 exceeds `value`. */
export function gammaTail(shape: number, value: number): number {
  if (value <= 0) return 1;
  const scale = Math.exp(shape * Math.log(value) - value - logGamma(shape));
  if (value < shape + 1) return Math.max(0, 1 - scale * series(shape, value));
  return Math.min(1, scale * fraction(shape, value));
}

/** What a draw of it exceeds with probability `tail`. */
export function gammaQuantile(shape: number, tail: number): number {
  let [low, high] = [0, shape + 1];
  while (gammaTail(shape, high) > tail) high *= 2;
  for (let halving = 0; halving < 60; halving += 1) {
    const middle = (low + high) / 2;
    if (gammaTail(shape, middle) > tail) low = middle;
    else high = middle;
  }
  return high;
}

/** Abramowitz and Stegun 1964, 6.5.29. */
function series(shape: number, value: number): number {
  let [term, sum] = [1 / shape, 1 / shape];
  for (let at = 1; term > sum * 1e-16; at += 1) {
    term *= value / (shape + at);
    sum += term;
  }
  return sum;
}

/** Abramowitz and Stegun 1964, 6.5.31, in the even form, by the method of Lentz 1976. */
function fraction(shape: number, value: number): number {
  const tiny = 1e-300;
  let below = value + 1 - shape;
  let [up, down] = [1 / tiny, 1 / below];
  let result = down;
  for (let at = 1; at < 10_000; at += 1) {
    const factor = -at * (at - shape);
    below += 2;
    down = 1 / nonZero(factor * down + below, tiny);
    up = nonZero(below + factor / up, tiny);
    result *= down * up;
    if (Math.abs(down * up - 1) < 1e-16) break;
  }
  return result;
}

function nonZero(value: number, tiny: number): number {
  return Math.abs(value) < tiny ? tiny : value;
}
