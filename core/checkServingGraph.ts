import { checkGraphNode } from './checkGraphNode.ts';
import { below, type GraphPlace, invalidAt, keysAt, numberAt, textAt } from './graphPlace.ts';
import { didYouMean } from './nearestName.ts';
import type { Data, Where } from './odcs/odcsData.ts';
import { askedBy, type GraphNode, graphInput, type ServingGraph } from './servingGraph.ts';

/** When a file does not say otherwise. */
const usualDeadlineMs = 1_000;
/** Beyond it a caller has gone. */
const longestDeadlineMs = 60_000;

/**
 * A serving graph from what its document says. Throws `graph.invalid` with the place, for what is no graph: words and names
 * that there are not, rows where scores are needed, a node that leads to itself, a node that nobody asks.
 */
export function checkServingGraph(id: string, data: Data, where: Where): ServingGraph {
  const root: GraphPlace = { data: data ?? undefined, path: [], where };
  keysAt(root, ['nodes', 'output', 'deadlineMs']);
  const places = new Map(namesOf(root).map((name) => [name, below(below(root, 'nodes'), name)]));
  const nodes = Object.fromEntries([...places].map(([name, place]) => [name, checkGraphNode(place)]));
  for (const [name, place] of places) checkAsked(place, nodes[name], nodes);
  const output = textAt(below(root, 'output'), 'the name of a node');
  requireNode(below(root, 'output'), output, nodes, 'scores');
  const reached = reachedFrom(output, nodes, places);
  const idle = [...places].find(([name]) => !reached.has(name));
  if (idle !== undefined)
    throw invalidAt(idle[1], `a node that '${output}' leads to`, `'${idle[0]}', which nobody asks,`);
  const deadline = below(root, 'deadlineMs');
  const deadlineMs = deadline.data === undefined ? usualDeadlineMs : numberAt(deadline, 1, longestDeadlineMs);
  return { id, nodes, output, deadlineMs };
}

/** Words that mean something else in a graph, in a routing and in its metrics. */
const taken = [graphInput, 'champion', 'reference', 'decoy'];

function namesOf(root: GraphPlace): string[] {
  const nodes = below(root, 'nodes');
  const names = keysAt(nodes);
  const wrong = names.find((name) => !/^[a-z][a-z0-9-]{0,39}$/.test(name) || taken.includes(name));
  if (wrong === undefined) return names;
  const expected = `names of small letters, digits and '-', none of them ${taken.join(', ')}`;
  throw invalidAt(below(nodes, wrong), expected, `'${wrong}'`);
}

type Nodes = Readonly<Record<string, GraphNode>>;

function checkAsked(place: GraphPlace, node: GraphNode | undefined, nodes: Nodes): void {
  if (node === undefined) return;
  if (node.kind === 'combine') {
    for (const name of Object.keys(node.of)) requireNode(below(place, 'of'), name, nodes, 'scores');
    return;
  }
  requireNode(below(place, 'of'), node.of, nodes, 'rows');
  if (node.kind !== 'route') return;
  node.ways.forEach(({ to }, at) => {
    const target = below(below(below(place, 'route'), at), 'to');
    for (const name of Object.keys(to)) requireNode(target, name, nodes, 'scores');
  });
}

/** What gives rows is the input and transforms; all else gives scores. */
function requireNode(place: GraphPlace, name: string, nodes: Nodes, gives: 'rows' | 'scores'): void {
  const kindOf = (each: string) => (each === graphInput || nodes[each]?.kind === 'transform' ? 'rows' : 'scores');
  const fitting = [graphInput, ...Object.keys(nodes)].filter((each) => kindOf(each) === gives);
  if (fitting.includes(name)) return;
  const isThere = name === graphInput || Object.hasOwn(nodes, name);
  const came = isThere ? `'${name}', which gives ${kindOf(name)},` : `'${name}'${didYouMean(name, fitting)}`;
  throw invalidAt(place, `a node that gives ${gives} (${fitting.join(', ') || 'there is none'})`, came);
}

/** All that the output asks, by way of others too. Throws where one asks itself. */
function reachedFrom(output: string, nodes: Nodes, places: ReadonlyMap<string, GraphPlace>): Set<string> {
  const done = new Set<string>();
  const walk = (name: string, path: readonly string[]): void => {
    const node = nodes[name];
    const place = places.get(name);
    if (node === undefined || place === undefined || done.has(name)) return;
    if (path.includes(name)) {
      const circle = [...path.slice(path.indexOf(name)), name].join(' → ');
      throw invalidAt(place, 'no node that asks itself', `the circle ${circle}`);
    }
    for (const next of askedBy(node)) walk(next, [...path, name]);
    done.add(name);
  };
  walk(output, []);
  // A circle that the output does not lead to is told as one, too.
  const reached = new Set(done);
  for (const name of places.keys()) walk(name, []);
  return reached;
}
