import { canonicalJson } from './canonicalJson.ts';
import type { Candidate, TrialRequest } from './trial.ts';

/** Parameters in which the lanes of one program may differ: none of them changes the shape of a weight. */
const freeInLanes: ReadonlySet<string> = new Set(['learningRate', 'l2']);

/**
 * Trials grouped for training side by side: those of a group have one learner, one shape, one budget, one matrix and one
 * backend, and differ in rates, penalties and seeds. At most `most` to a group; groups and trials keep their order.
 */
export function trialLanes(requests: readonly TrialRequest[], most: number): TrialRequest[][] {
  const open = new Map<string, TrialRequest[]>();
  const groups: TrialRequest[][] = [];
  for (const request of requests) {
    const shape = canonicalJson({ ...request, seed: 0, candidate: shapeOf(request.candidate) });
    let group = open.get(shape);
    if (group === undefined || group.length >= most) {
      group = [];
      groups.push(group);
      open.set(shape, group);
    }
    group.push(request);
  }
  return groups;
}

function shapeOf({ learner, parameters }: Candidate): Candidate {
  const fixed = Object.entries(parameters).filter(([name]) => !freeInLanes.has(name));
  return { learner, parameters: Object.fromEntries(fixed) };
}
