import type { NodeScore } from '../core/combineScores.ts';
import { askedBy, graphInput, type RouteNode } from '../core/servingGraph.ts';
import type { Given, GraphRun } from './graphRun.ts';

/** Hands each row to the node that its way leads to; nodes work at the same time. Throws what they throw. */
export async function routeNode(
  run: GraphRun,
  name: string,
  node: RouteNode,
  numbers: readonly number[],
): Promise<Given<NodeScore>> {
  const to = await targets(run, name, node, numbers);
  const parts = await Promise.all(
    [...to].map(async ([target, rows]) => {
      const scores = await run.scores(target, rows);
      return rows.map((row, at) => [row, scores[at]] as const);
    }),
  );
  const byRow = new Map(parts.flat());
  const facts = { to: Object.fromEntries([...to].map(([target, rows]) => [target, rows.length])) };
  return { values: numbers.map((row) => byRow.get(row) as NodeScore), facts };
}

async function targets(
  { opened, rows, requestId, metadataOf }: GraphRun,
  name: string,
  node: RouteNode,
  numbers: readonly number[],
): Promise<Map<string, number[]>> {
  const route = opened.routes.get(name);
  if (route === undefined) throw new Error(`The route ${name} is not open.`);
  // A transform is not asked for rows that no way looks at.
  const read = await rows(askedBy(node).includes(node.of) ? node.of : graphInput, numbers);
  const to = new Map<string, number[]>();
  numbers.forEach((row, at) => {
    const target = route(read[at] ?? {}, requestId, metadataOf);
    const there = to.get(target);
    if (there === undefined) to.set(target, [row]);
    else there.push(row);
  });
  return to;
}
