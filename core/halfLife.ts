import { type DecayPoint, lossAt, lossCurve } from './economics.ts';

/** The age whose loss is the whole of which half is asked for. */
const wholeHours = 24;

/**
 * The age, in hours, at which half is lost of what is lost after a day, by the curve that never falls (`lossCurve`); null
 * where no model came to that age, or none lost anything by it.
 */
export function halfLife(decay: readonly DecayPoint[]): number | null {
  const curve = lossCurve(decay);
  const half = lossAt(curve, wholeHours) / 2;
  if (!(half > 0) || (curve.at(-1)?.ageHours ?? 0) < wholeHours) return null;
  const after = curve.findIndex(({ loss }) => loss >= half);
  const [from, to] = [curve[after - 1], curve[after]];
  if (from === undefined || to === undefined) return null;
  return from.ageHours + ((half - from.loss) / (to.loss - from.loss)) * (to.ageHours - from.ageHours);
}
