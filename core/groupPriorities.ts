import type { TrialRequest } from './trial.ts';

/** Of the five that a task queue knows; 1 goes first. */
const last = 5;

/**
 * In which order a block's groups are to be taken: the largest first, so that what is left for the end is small and no
 * trainer waits for another for long (Graham 1969). A group of half the work or less comes one priority later.
 */
export function groupPriorities(groups: readonly (readonly TrialRequest[])[]): number[] {
  const works = groups.map(workOf);
  const most = Math.max(...works);
  return works.map((work) => Math.min(last, 1 + Math.round(Math.log2(most / work))));
}

/** About how many multiplications a row takes in all lanes; of a model that has no layers, those of its inputs. */
function workOf(group: readonly TrialRequest[]): number {
  const { hidden } = group[0]?.candidate.parameters ?? {};
  const widths = [usualInputs, ...(Array.isArray(hidden) ? hidden.map(Number) : []), 1];
  return group.length * widths.slice(1).reduce((sum, units, at) => sum + units * (widths[at] ?? 1), 0);
}

/** What a search does not know of its matrix, and need not know well. */
const usualInputs = 32;
