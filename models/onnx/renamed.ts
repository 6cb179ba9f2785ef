import type { GraphPart } from '../../core/graph.ts';

/** The same part with every tensor under another name, so that two parts may share one graph. */
export function renamed(part: GraphPart, rename: (name: string) => string): GraphPart {
  return {
    nodes: part.nodes.map((node) => ({
      ...node,
      // An optional input that is left out has no name.
      inputs: node.inputs.map((name) => (name === '' ? '' : rename(name))),
      outputs: node.outputs.map(rename),
    })),
    initializers: part.initializers.map((initializer) => ({ ...initializer, name: rename(initializer.name) })),
    output: rename(part.output),
  };
}
