import type { Graph, GraphPart } from '../../core/graph.ts';

/** The nodes and constants that a tensor depends on, the nodes in their order, which is one in which they can run. */
export function neededPart({ nodes, initializers }: Pick<Graph, 'nodes' | 'initializers'>, output: string): GraphPart {
  const wanted = new Set([output]);
  const needed = nodes.toReversed().filter((node) => {
    if (!node.outputs.some((name) => wanted.has(name))) return false;
    for (const name of node.inputs) wanted.add(name);
    return true;
  });
  return { nodes: needed.reverse(), initializers: initializers.filter(({ name }) => wanted.has(name)), output };
}
