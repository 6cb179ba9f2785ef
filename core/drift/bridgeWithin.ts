/**
 * The probability that a Brownian bridge is nearer than `reach` to 0 at each of these times, which rise within (0, 1):
 * what the distance of two large samples' cumulative shares, times the root of their harmonic rows, tends to where it is
 * looked at in these places alone (Donsker 1952; Kolmogorov's limit of 1933 is that of all times). Integrated from time
 * to time on the nodes of Gauss and Legendre.
 */
export function bridgeWithin(looked: readonly number[], reach: number): number {
  if (reach <= 0) return 0;
  // Near the ends no bridge is so far off, and between nodes it would not even be seen.
  const times = looked.filter((time) => reach < surely * Math.sqrt(time * (1 - time)));
  if (times.length === 0) return 1;
  const places = nodes.map(({ at }) => at * reach);
  const weights = Float64Array.from(nodes, ({ weight }) => weight * reach);
  const [begin = 0] = times;
  let density = Float64Array.from(places, (place) => normalDensity(place, begin));
  const kernels = new Map<number, Float64Array>();
  for (const [at, time] of times.slice(1).entries()) {
    // Even times differ by rounding alone.
    const span = Math.round((time - (times[at] ?? 0)) * 1e12) / 1e12;
    const steps = kernels.get(span) ?? stepsOf(places, span);
    kernels.set(span, steps);
    density = moved(density, steps, weights);
  }
  const rest = 1 - (times.at(-1) ?? 0);
  let ended = 0;
  for (const [at, place] of places.entries()) {
    ended += (density[at] ?? 0) * (weights[at] ?? 0) * normalDensity(place, rest);
  }
  return Math.min(1, ended / normalDensity(0, 1));
}

/** Standard deviations; beyond them is less than 1e-14 of all bridges at one time. */
const surely = 8;
/** Enough for times 1/32 apart: an error below 1e-6 at the reach that one bridge of a million passes. */
const nodes = legendreNodes(48);

function moved(density: Float64Array, steps: Float64Array, weights: Float64Array): Float64Array<ArrayBuffer> {
  const weighted = density.map((share, at) => share * (weights[at] ?? 0));
  const after = new Float64Array(density.length);
  for (let to = 0; to < after.length; to += 1) {
    let sum = 0;
    for (let from = 0; from < after.length; from += 1) {
      sum += (weighted[from] ?? 0) * (steps[to * after.length + from] ?? 0);
    }
    after[to] = sum;
  }
  return after;
}

/** From any node to any: the same both ways. */
function stepsOf(places: readonly number[], span: number): Float64Array {
  const steps = new Float64Array(places.length ** 2);
  for (let to = 0; to < places.length; to += 1) {
    for (let from = 0; from <= to; from += 1) {
      const share = normalDensity((places[to] ?? 0) - (places[from] ?? 0), span);
      steps[to * places.length + from] = share;
      steps[from * places.length + to] = share;
    }
  }
  return steps;
}

function normalDensity(value: number, variance: number): number {
  return Math.exp((-value * value) / (2 * variance)) / Math.sqrt(2 * Math.PI * variance);
}

/** Roots of the Legendre polynomial of that order, by Newton's method, and their weights on [-1, 1]. */
function legendreNodes(order: number): { readonly at: number; readonly weight: number }[] {
  return Array.from({ length: order }, (_, index) => {
    let at = Math.cos((Math.PI * (index + 0.75)) / (order + 0.5));
    let slope = 0;
    for (let round = 0; round < 8; round += 1) {
      const [value, derivative] = legendre(order, at);
      slope = derivative;
      at -= value / derivative;
    }
    return { at, weight: 2 / ((1 - at * at) * slope * slope) };
  });
}

function legendre(order: number, at: number): [value: number, slope: number] {
  let [before, value] = [1, at];
  for (let degree = 2; degree <= order; degree += 1) {
    [before, value] = [value, ((2 * degree - 1) * at * value - (degree - 1) * before) / degree];
  }
  return [value, (order * (at * value - before)) / (at * at - 1)];
}
