import type { CyclicPeriod, CyclicPlan } from '../core/featurePlan.ts';
import type { GraphNode, Initializer } from '../core/graph.ts';
import { hourMs } from '../core/time.ts';
import { sqlName } from '../datasets/database.ts';
import type { FeatureKind } from './featureKind.ts';
import { onnxDouble, onnxFloat } from './onnxTypes.ts';

const periodMs: Readonly<Record<CyclicPeriod, number>> = {
  'minute of hour': hourMs,
  'hour of day': 24 * hourMs,
  /** From Thursday on, the day of 1970-01-01. */
  'day of week': 7 * 24 * hourMs,
  /** From 1970-01-01 on, in the mean year of the Gregorian calendar, 365.2425 days: within two days of the calendar's. */
  'time of year': 365.2425 * 24 * hourMs,
};

/**
 * The time within a period as a point on the unit circle, so that 23:59 lies beside 00:00. Harmonic k goes round k times
 * while the period goes round once: K of them tell times apart that lie 1 / 2K of the period from each other, as the terms
 * of a Fourier series do.
 */
export const cyclic: FeatureKind<CyclicPlan> = {
  version: 1,
  accepts: ['date'],
  numericColumns: ({ name, harmonics = 1 }) =>
    ['sin', 'cos'].flatMap((axis) => multiples(harmonics).map((k) => ({ name: `${name}.${axis}${k === 1 ? '' : k}` }))),
  sql: ({ column, period, harmonics = 1 }) => {
    const length = periodMs[period];
    // Twice, as SQL's remainder has the sign of the dividend and times before 1970 are negative.
    const within = `((epoch_ms(${sqlName(column)}) % ${length} + ${length}) % ${length})`;
    const angle = `CAST(${within} AS DOUBLE) * CAST('${(2 * Math.PI) / length}' AS DOUBLE)`;
    const at = (k: number): string => (k === 1 ? angle : `${angle} * CAST(${k} AS DOUBLE)`);
    const columns = ['sin', 'cos'].flatMap((axis) =>
      multiples(harmonics).map((k) => `CAST(${axis}(${at(k)}) AS FLOAT)`),
    );
    return { gives: 'numbers', columns };
  },
  onnx: ({ name, column, period, harmonics = 1 }) => ({
    nodes: [...angleNodes(name, column), ...(harmonics === 1 ? pointNodes(name) : harmonicNodes(name)), joined(name)],
    initializers: [
      ...constants(name, periodMs[period]),
      ...(harmonics === 1 ? [] : [multiplesConstant(name, harmonics)]),
    ],
    output: `${name}/columns`,
  }),
};

function multiples(harmonics: number): number[] {
  return Array.from({ length: harmonics }, (_, at) => at + 1);
}

function multiplesConstant(name: string, harmonics: number): Initializer {
  return {
    name: `${name}/multiples`,
    type: 'double',
    dims: [harmonics],
    values: Float64Array.from(multiples(harmonics)),
  };
}

/** The remainder is taken in int64: as float32, milliseconds since 1970 would be two minutes apart. */
function angleNodes(name: string, column: string): GraphNode[] {
  return [
    { op: 'Mod', inputs: [column, `${name}/period`], outputs: [`${name}/within`] },
    { op: 'Cast', inputs: [`${name}/within`], outputs: [`${name}/double`], attributes: { to: { int: onnxDouble } } },
    { op: 'Mul', inputs: [`${name}/double`, `${name}/radians`], outputs: [`${name}/angle`] },
  ];
}

function pointNodes(name: string): GraphNode[] {
  return [...circleNodes(name, 'Sin'), ...circleNodes(name, 'Cos')];
}

/** The angle's multiples side by side: [rows, harmonics]. */
function harmonicNodes(name: string): GraphNode[] {
  const circle = (op: 'Sin' | 'Cos'): GraphNode[] => {
    const at = `${name}/${op.toLowerCase()}`;
    return [
      { op, inputs: [`${name}/angles`], outputs: [at] },
      { op: 'Cast', inputs: [at], outputs: [`${at}/column`], attributes: { to: { int: onnxFloat } } },
    ];
  };
  return [
    { op: 'Unsqueeze', inputs: [`${name}/angle`, `${name}/axis`], outputs: [`${name}/angle/column`] },
    { op: 'Mul', inputs: [`${name}/angle/column`, `${name}/multiples`], outputs: [`${name}/angles`] },
    ...circle('Sin'),
    ...circle('Cos'),
  ];
}

function circleNodes(name: string, op: 'Sin' | 'Cos'): GraphNode[] {
  const at = `${name}/${op.toLowerCase()}`;
  return [
    { op, inputs: [`${name}/angle`], outputs: [at] },
    { op: 'Cast', inputs: [at], outputs: [`${at}/float`], attributes: { to: { int: onnxFloat } } },
    { op: 'Unsqueeze', inputs: [`${at}/float`, `${name}/axis`], outputs: [`${at}/column`] },
  ];
}

function joined(name: string): GraphNode {
  const inputs = [`${name}/sin/column`, `${name}/cos/column`];
  return { op: 'Concat', inputs, outputs: [`${name}/columns`], attributes: { axis: { int: 1 } } };
}

function constants(name: string, length: number): Initializer[] {
  return [
    { name: `${name}/period`, type: 'int64', dims: [], values: BigInt64Array.of(BigInt(length)) },
    { name: `${name}/radians`, type: 'double', dims: [], values: Float64Array.of((2 * Math.PI) / length) },
    { name: `${name}/axis`, type: 'int64', dims: [1], values: BigInt64Array.of(1n) },
  ];
}
