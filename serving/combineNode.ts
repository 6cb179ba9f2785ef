import { combineScores, isConfident, type NodeScore, type WeightedScore } from '../core/combineScores.ts';
import type { CombineNode } from '../core/servingGraph.ts';
import { atNode, type Given, type GraphRun } from './graphRun.ts';

/** One score of those of several nodes. Throws what the first that failed throws, where too few have scores. */
export async function combineNode(
  run: GraphRun,
  name: string,
  node: CombineNode,
  numbers: readonly number[],
): Promise<Given<NodeScore>> {
  if (node.how === 'first confident') return { values: await firstConfident(run, node, numbers), facts: {} };
  const came = await allOf(run, node, numbers);
  try {
    const values = numbers.map((_, at) =>
      combineScores(
        node.how,
        came.map((scores) => scores[at] as WeightedScore),
      ),
    );
    return { values, facts: {} };
  } catch (error) {
    throw atNode(error, name);
  }
}

/** They work at the same time. */
async function allOf(
  run: GraphRun,
  { of, need }: CombineNode,
  numbers: readonly number[],
): Promise<readonly (readonly WeightedScore[])[]> {
  const asked = Object.entries(of).map(async ([name, weight]) => {
    const scores = await run.scores(name, numbers);
    return scores.map((score) => ({ ...score, weight }));
  });
  const done = await Promise.allSettled(asked);
  const came = done.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failed = done.find((one) => one.status === 'rejected');
  if (failed !== undefined && came.length < need) throw failed.reason;
  return came;
}

/** In their order, each for the rows that nobody before it was sure of; where none is sure, the last that has a score. */
async function firstConfident(
  run: GraphRun,
  { of, margin }: CombineNode,
  numbers: readonly number[],
): Promise<NodeScore[]> {
  const scored = new Map<number, NodeScore>();
  let [open, failure]: [readonly number[], unknown] = [numbers, undefined];
  for (const name of Object.keys(of)) {
    if (open.length === 0) break;
    try {
      const scores = await run.scores(name, open);
      open.forEach((row, at) => void scored.set(row, scores[at] as NodeScore));
      open = open.filter((_, at) => !isConfident(scores[at] as NodeScore, margin));
    } catch (error) {
      // The next one is asked; what it was is told where nobody has a score.
      failure ??= error;
    }
  }
  if (numbers.some((row) => !scored.has(row))) throw failure;
  return numbers.map((row) => scored.get(row) as NodeScore);
}
