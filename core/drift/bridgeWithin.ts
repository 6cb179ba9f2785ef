/**
 * The probability that a Brownian bridge is nearer than `reach` to 0 at each of these times, which rise within (0, 1):
 * what the distance of two large samples' cumulative shares, times the root of their harmonic rows, tends to where it is
 * looked at in these places alone (Donsker 1952; Kolmogorov's limit of 1933 is that of all times). Integrated from time
 * to time on the nodes of Gauss and Legendre.
 */
export function bridgeWithin(times: readonly number[], reach: number): number {
  if (reach <= 0) return 0;
  if (reach > farthest) return 1;
  const places = nodes.map(({ at }) => at * reach);
  const [begin = 1] = times;
  let density = places.map((place) => normalDensity(place, begin));
  let before = begin;
  let kernel: { span: number; steps: Float64Array } | undefined;
  for (const time of times.slice(1)) {
    const span = time - before;
    if (kernel === undefined || Math.abs(kernel.span - span) > 1e-12) kernel = { span, steps: stepsOf(places, span) };
    density = moved(density, kernel.steps, reach);
    before = time;
  }
  const ended = density.reduce((sum, share, at) => {
    return sum + share * (nodes[at]?.weight ?? 0) * normalDensity(places[at] ?? 0, 1 - before);
  }, 0);
  return Math.min(1, (ended * reach) / normalDensity(0, 1));
}

/** Beyond it is less than 1e-30 of all bridges. */
const farthest = 6;
/** Enough for times 1/32 apart: an error below 1e-9 up to the farthest reach that matters. */
const nodes = legendreNodes(64);

function moved(density: readonly number[], steps: Float64Array, reach: number): number[] {
  const weighted = density.map((share, at) => share * (nodes[at]?.weight ?? 0) * reach);
  return density.map((_, to) =>
    weighted.reduce((sum, share, from) => sum + share * (steps[to * density.length + from] ?? 0), 0),
  );
}

function stepsOf(places: readonly number[], span: number): Float64Array {
  return Float64Array.from({ length: places.length ** 2 }, (_, at) => {
    const [to, from] = [Math.floor(at / places.length), at % places.length];
    return normalDensity((places[to] ?? 0) - (places[from] ?? 0), span);
  });
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
