import type { MetadataOf } from '../core/chooseVariant.ts';
import type { NodeScore } from '../core/combineScores.ts';
import { WhetError } from '../core/errors.ts';
import type { JsonRow } from '../core/openRoute.ts';
import type { GraphNode } from '../core/servingGraph.ts';
import { combineNode } from './combineNode.ts';
import { atNode, type Given, type GraphRun, type NodeCall } from './graphRun.ts';
import type { OpenedGraph } from './openedGraph.ts';
import type { GraphRequest } from './parseGraphRows.ts';
import { routeNode } from './routeNode.ts';
import { rowsOnce } from './rowsOnce.ts';
import { scoreNode } from './scoreNode.ts';
import type { ServingState } from './servingState.ts';
import { timeLeft } from './timeLeft.ts';

/** What a graph says of the rows of a request, and what each of its nodes did. */
export interface GraphScores {
  readonly requestId: string;
  readonly scores: readonly NodeScore[];
  /** In the order of the graph's file; a node that was asked twice, for other rows, stands twice. */
  readonly nodes: readonly (NodeCall | SkippedNode)[];
}

/** A node that nobody asked. */
export interface SkippedNode {
  readonly node: string;
  readonly kind: GraphNode['kind'];
  readonly skipped: true;
}

/**
 * Asks a graph from its output back to the request's rows: a node works on the rows that it is asked for, on each once, and
 * nodes that do not ask each other work at the same time. Throws what the node throws that has no answer, with its name.
 */
export async function answerGraph(
  state: ServingState,
  opened: OpenedGraph,
  { id, rows }: GraphRequest,
  metadataOf: MetadataOf,
  arrivedMs: number,
): Promise<GraphScores> {
  const calls: NodeCall[] = [];
  const time = timeLeft(state.deadlines, { deadlineMs: opened.graph.deadlineMs, fallbackMs: 0 }, metadataOf, arrivedMs);
  const run = openRun({ state, opened, id, metadataOf, requestId: state.requestId(), time }, rows, calls);
  const scores = await run.scores(opened.graph.output, [...rows.keys()]);
  return { requestId: run.requestId, scores, nodes: inOrder(opened.graph.nodes, calls) };
}

/** Every node is asked through it, so that none works twice on a row and `calls` has them all. */
function openRun(request: Omit<GraphRun, 'rows' | 'scores'>, input: readonly JsonRow[], calls: NodeCall[]): GraphRun {
  const { nodes } = request.opened.graph;
  const run: GraphRun = {
    ...request,
    scores: async (name, numbers) => (await valuesOf(name, numbers)) as readonly NodeScore[],
    rows: async (name, numbers) => (await valuesOf(name, numbers)) as readonly JsonRow[],
  };
  const asked = new Map(
    Object.entries(nodes).map(([name, node]) => [
      name,
      rowsOnce(input.length, (numbers) => told(calls, run, name, node, numbers)),
    ]),
  );
  const valuesOf = async (name: string, numbers: readonly number[]): Promise<readonly unknown[]> => {
    const ask = asked.get(name);
    return ask === undefined ? numbers.map((row) => input[row]) : ask(numbers);
  };
  return run;
}

/** Works on rows, and tells of it whatever comes of it. */
async function told(
  calls: NodeCall[],
  run: GraphRun,
  name: string,
  node: GraphNode,
  numbers: readonly number[],
): Promise<readonly unknown[]> {
  const began = performance.now();
  const about = () => ({ node: name, kind: node.kind, rows: numbers.length, ms: performance.now() - began });
  try {
    const { values, facts } = await given(run, name, node, numbers);
    const isScore = numbers.length === 1 && node.kind !== 'transform';
    // Of many rows a list for each node would be as long as the answer.
    calls.push({ ...about(), ...(isScore ? { score: (values[0] as NodeScore).score } : {}), ...facts });
    return values;
  } catch (error) {
    calls.push({ ...about(), failed: error instanceof WhetError ? error.code : 'server.failed' });
    throw error;
  }
}

function given(
  run: GraphRun,
  name: string,
  node: GraphNode,
  numbers: readonly number[],
): Promise<Given<NodeScore | JsonRow>> {
  if (node.kind === 'model') return scoreNode(run, name, node, numbers);
  if (node.kind === 'route') return routeNode(run, name, node, numbers);
  if (node.kind === 'combine') return combineNode(run, name, node, numbers);
  return transformNode(run, name, node.of, numbers);
}

async function transformNode(
  { opened, rows }: GraphRun,
  name: string,
  of: string,
  numbers: readonly number[],
): Promise<Given<JsonRow>> {
  const transform = opened.transforms.get(name);
  if (transform === undefined) throw new Error(`The transform ${name} is not loaded.`);
  const given = await rows(of, numbers);
  try {
    return { values: await transform.apply(given), facts: { digest: transform.digest } };
  } catch (error) {
    throw atNode(error, name);
  }
}

function inOrder(nodes: OpenedGraph['graph']['nodes'], calls: readonly NodeCall[]): GraphScores['nodes'] {
  return Object.entries(nodes).flatMap(([name, { kind }]): (NodeCall | SkippedNode)[] => {
    const own = calls.filter(({ node }) => node === name);
    return own.length > 0 ? own : [{ node: name, kind, skipped: true }];
  });
}
