import type { Plan } from '../core/plan.ts';
import { didYouMean } from './didYouMean.ts';
import { invalid } from './invalid.ts';
import { requireOnScorecard } from './requireOnScorecard.ts';

/** What a monitor watches is there. */
export function checkWatch(plan: Plan, place: string): void {
  const { watch, features } = plan;
  const known = features.map(({ name }) => name);
  for (const [at, monitor] of (watch?.monitors ?? []).entries()) {
    if (monitor.kind === 'performance') requireOnScorecard(plan, monitor.metric, `${place}.monitors[${at}]`);
    const named = monitor.kind === 'input drift' ? (monitor.features ?? []) : [];
    const unknown = named.find((feature) => !known.includes(feature));
    if (unknown === undefined) continue;
    throw invalid(`${place}.monitors[${at}]`, 'features of the pipeline', unknown, didYouMean(unknown, known));
  }
}
