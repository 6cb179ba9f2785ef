import type { Graph } from '../../core/graph.ts';

export const rowsOf = (name: string, type: 'double' | 'int64' | 'bool' | 'string' | 'float') => {
  return { name, type, dims: ['rows' as const] };
};
export const toFloat = { to: { int: 1 } };

/** score = miles + at + late + (a quarter for ATL, else an eighth) */
export const columnsGraph: Graph = {
  name: 'columns',
  inputs: [rowsOf('miles', 'double'), rowsOf('at', 'int64'), rowsOf('late', 'bool'), rowsOf('origin', 'string')],
  outputs: [rowsOf('score', 'float')],
  initializers: [],
  nodes: [
    ...['miles', 'at', 'late'].map((name) => {
      return { op: 'Cast', inputs: [name], outputs: [`${name}/float`], attributes: toFloat };
    }),
    {
      op: 'LabelEncoder',
      domain: 'ai.onnx.ml',
      inputs: ['origin'],
      outputs: ['origin/float'],
      attributes: {
        keys_strings: { strings: ['ATL'] },
        values_floats: { floats: [0.25] },
        default_float: { float: 0.125 },
      },
    },
    { op: 'Sum', inputs: ['miles/float', 'at/float', 'late/float', 'origin/float'], outputs: ['score'] },
  ],
};
