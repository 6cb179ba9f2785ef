import type { Plan } from '../core/plan.ts';
import { didYouMean } from './didYouMean.ts';
import { invalid } from './invalid.ts';

/** What a monitor watches is there. */
export function checkWatch({ watch, features }: Plan, place: string): void {
  const known = features.map(({ name }) => name);
  for (const [at, monitor] of (watch?.monitors ?? []).entries()) {
    const named = monitor.kind === 'input drift' ? (monitor.features ?? []) : [];
    const unknown = named.find((feature) => !known.includes(feature));
    if (unknown === undefined) continue;
    throw invalid(`${place}.monitors[${at}]`, 'features of the pipeline', unknown, didYouMean(unknown, known));
  }
}
