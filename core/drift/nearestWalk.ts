/** A gate that a walk goes through. */
export interface WalkGate {
  readonly at: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The heights, at each gate and at the end, of the shortest way from (0, 0) through gates in order to `end`. Of all ways
 * through them it has the slopes nearest to one another, by every convex measure at once (the taut string of Barlow,
 * Bartholomew, Bremner and Brunk 1972).
 */
export function nearestWalk(
  gates: readonly WalkGate[],
  end: { readonly at: number; readonly height: number },
): number[] {
  const all = [...gates, { at: end.at, low: end.height, high: end.height }];
  const heights: number[] = [];
  let here = { at: 0, height: 0 };
  while (heights.length < all.length) {
    const ahead = all.slice(heights.length);
    const turn = nextTurn(here, ahead);
    const slope = (turn.height - here.height) / ((ahead[turn.gate]?.at ?? 0) - here.at);
    const start = here;
    for (const { at } of ahead.slice(0, turn.gate)) heights.push(start.height + slope * (at - start.at));
    heights.push(turn.height);
    here = { at: ahead[turn.gate]?.at ?? 0, height: turn.height };
  }
  return heights;
}

/** As far as one straight line goes: where it must bend round a gate's end, or the last gate. */
function nextTurn(here: { at: number; height: number }, ahead: readonly WalkGate[]): { gate: number; height: number } {
  let [steepest, flattest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let [upper, lower] = [0, 0];
  for (const [gate, { at, low, high }] of ahead.entries()) {
    const [toLow, toHigh] = [(low - here.height) / (at - here.at), (high - here.height) / (at - here.at)];
    if (toLow > steepest) return { gate: upper, height: ahead[upper]?.high ?? 0 };
    if (toHigh < flattest) return { gate: lower, height: ahead[lower]?.low ?? 0 };
    if (toHigh <= steepest) [steepest, upper] = [toHigh, gate];
    if (toLow >= flattest) [flattest, lower] = [toLow, gate];
  }
  return { gate: ahead.length - 1, height: ahead.at(-1)?.low ?? 0 };
}
