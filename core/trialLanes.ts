import { canonicalJson } from './canonicalJson.ts';
import type { Candidate, TrialRequest } from './trial.ts';

/** Parameters in which the lanes of one program may differ: none of them changes the shape of a weight. */
const freeInLanes: ReadonlySet<string> = new Set(['learningRate', 'l2']);

/** Of a handful of trials each trainer process is to have some, so many processes as most machines have or more. */
const processes = 4;
const mostLanes = 16;

/**
 * How many of so many trials are trained side by side at most. By the plan alone and never by the machine: trials in
 * other groups end in other last digits.
 */
export function lanesFor(trials: number): number {
  return Math.min(mostLanes, Math.max(1, Math.ceil(trials / processes)));
}

/**
 * Trials grouped for training side by side: those of a group have one learner, one shape, one budget, one matrix and one
 * backend, and differ in rates, penalties and seeds. At most `most` to a group, as many to each as can be; groups and
 * trials keep their order.
 */
export function trialLanes(requests: readonly TrialRequest[], most: number): TrialRequest[][] {
  const alike = new Map<string, TrialRequest[]>();
  for (const request of requests) {
    const shape = canonicalJson({ ...request, seed: 0, candidate: shapeOf(request.candidate) });
    const held = alike.get(shape);
    if (held === undefined) alike.set(shape, [request]);
    else held.push(request);
  }
  return [...alike.values()].flatMap((group) => shared(group, Math.ceil(group.length / most)));
}

/** So many parts, none larger by more than one than another. */
function shared<T>(items: readonly T[], parts: number): T[][] {
  const edge = (part: number): number => Math.round((part * items.length) / parts);
  return Array.from({ length: parts }, (_, part) => items.slice(edge(part), edge(part + 1)));
}

/** A candidate without what lanes may differ in: of the parameters of an own learner all but rate and penalty are shape. */
export function shapeOf(candidate: Candidate): Candidate {
  const fixed = Object.entries(candidate.parameters).filter(([name]) => !freeInLanes.has(name));
  return { ...candidate, parameters: Object.fromEntries(fixed) };
}
