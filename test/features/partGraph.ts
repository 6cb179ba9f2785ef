import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { FeaturePlan } from '../../core/featurePlan.ts';
import type { Graph, TensorType } from '../../core/graph.ts';
import type { Encoders, HourTable } from '../../core/matrix.ts';
import type { Plan } from '../../core/plan.ts';
import { columnsOf, featureColumns } from '../../features/featureColumns.ts';
import { featureKinds } from '../../features/featureKinds.ts';
import type { ParityRows } from '../../features/parityRows.ts';
import { tensorType } from '../../features/tensorType.ts';
import { encodeModel } from '../../models/onnx/encodeModel.ts';

/** A feature's own part as a whole graph. */
export function partGraph(plan: Plan, feature: FeaturePlan, encoders: Encoders, table: HourTable): Graph {
  const part = featureKinds[feature.kind].onnx(feature, { encoders, table, columnOf: columnsOf(plan, feature) });
  const width = featureKinds[feature.kind].numericColumns(feature).length;
  const inputs = new Map(featureColumns(plan, feature).map((column) => [column.name, tensorType(column)]));
  return {
    name: feature.name,
    inputs: [...inputs].map(([name, type]) => ({ name, type, dims: ['rows'] })),
    outputs: [
      { name: part.output, type: width === 0 ? 'int64' : 'float', dims: width === 0 ? ['rows'] : ['rows', width] },
    ],
    nodes: part.nodes,
    initializers: part.initializers,
  };
}

/** What the graph gives for the raw rows: row-major. */
export async function inGraph(
  plan: Plan,
  feature: FeaturePlan,
  { raw, rows }: Pick<ParityRows, 'raw' | 'rows'>,
  encoders: Encoders,
  table: HourTable,
): Promise<{ readonly dims: readonly number[]; readonly values: number[] }> {
  const graph = partGraph(plan, feature, encoders, table);
  const session = await InferenceSession.create(encodeModel(graph), { logSeverityLevel: 4 });
  const feeds = Object.fromEntries(graph.inputs.map(({ name, type }) => [name, tensorOf(type, raw[name] ?? [], rows)]));
  const result = (await session.run(feeds))[graph.outputs[0]?.name ?? ''];
  await session.release();
  return { dims: result?.dims ?? [], values: Array.from(result?.data as Float32Array | BigInt64Array, Number) };
}

function tensorOf(type: TensorType, values: ParityRows['raw'][string], rows: number): Tensor {
  const dims = [rows];
  if (type === 'string') return new Tensor('string', values.map(String), dims);
  if (type === 'bool') return new Tensor('bool', values.map(Boolean), dims);
  const numbers = values.map((value) => (value === null ? Number.NaN : Number(value)));
  if (type === 'double') return new Tensor('float64', Float64Array.from(numbers), dims);
  return new Tensor('int64', BigInt64Array.from(numbers, BigInt), dims);
}
