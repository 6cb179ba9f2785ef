import type { ColumnType } from '../core/contractPlan.ts';
import type { FeaturePlan, NumericSettings } from '../core/featurePlan.ts';
import type { GraphNode, GraphPart } from '../core/graph.ts';
import { doubleConstant } from './doubleConstant.ts';
import type { ColumnOf, FeatureKind, NumericColumn } from './featureKind.ts';
import { onnxFloat } from './onnxTypes.ts';
import { sqlConstant, sqlMissing } from './sqlNumbers.ts';

type NumericPlan = FeaturePlan & NumericSettings;

/** A feature that is one number of a row: what is its own. The settings that all of them share are added here. */
export interface NumericKind<F extends NumericPlan> {
  readonly version: number;
  readonly accepts: readonly ColumnType[];
  value(feature: F, columnOf: ColumnOf): NumericValue;
}

/** The number on both sides, before scaling. */
export interface NumericValue {
  /** DOUBLE, null where it is missing. */
  readonly sql: string;
  /** Ends in double [rows], NaN where it is missing. */
  readonly part: GraphPart;
  /** Whether it may be further from 0 than 2^100. */
  readonly isUnbounded: boolean;
}

/**
 * Takes the number through `log` (sign(x) ln(1 + |x|), which is 0 at 0 and keeps the order and the sign) or, where it may
 * be further from 0 than 2^100, no further than that; and says beside it, where asked for, whether it is missing.
 */
export function numericKind<F extends NumericPlan>(own: NumericKind<F>): FeatureKind<F> {
  return {
    version: own.version,
    accepts: own.accepts,
    numericColumns,
    sql: (feature, columnOf) => ({ gives: 'numbers', columns: columnsSql(feature, own.value(feature, columnOf)) }),
    onnx: (feature, { columnOf }) => columnsPart(feature, own.value(feature, columnOf)),
  };
}

function numericColumns({ name, scale, missing, indicator }: NumericPlan): NumericColumn[] {
  const column: NumericColumn = {
    name,
    ...(scale === undefined ? {} : { scale }),
    ...(missing === undefined ? {} : { missing }),
  };
  return indicator === true ? [column, { name: `${name}.missing`, scale: 'none' }] : [column];
}

/** Where nothing stands for null, null is left as it is: it must not come, and is refused where it does. */
function columnsSql({ scale, missing, indicator }: NumericPlan, { sql, isUnbounded }: NumericValue): string[] {
  const logged = `CAST(sign(${sql}) AS DOUBLE) * ln(1 + abs(${sql}))`;
  const value = scale === 'log' ? logged : isUnbounded ? boundedSql(sql) : sql;
  const column = `CAST(${missing === undefined ? value : sqlMissing(value)} AS FLOAT)`;
  return indicator === true ? [column, `CAST(CASE WHEN ${sql} IS NULL THEN 1 ELSE 0 END AS FLOAT)`] : [column];
}

/** Without `least` and `greatest`: these would take the limit in place of null. */
function boundedSql(value: string): string {
  const [low, high] = [sqlConstant(-furthest), sqlConstant(furthest)];
  return `CASE WHEN ${value} > ${high} THEN ${high} WHEN ${value} < ${low} THEN ${low} ELSE ${value} END`;
}

/** About 1e30. A float32 holds 1e38, but then a difference to the mean, or a layer's sum, would be infinite. */
const furthest = 2 ** 100;

function columnsPart(feature: NumericPlan, { part, isUnbounded }: NumericValue): GraphPart {
  const { name, scale, indicator } = feature;
  const steps =
    scale === 'log' ? logged(name, part.output) : isUnbounded ? bounded(name, part.output) : unchanged(part);
  const column = columnPart(name, steps.output);
  const all = [part, steps, column, ...(indicator === true ? [indicatorPart(name, part.output, column.output)] : [])];
  return {
    nodes: all.flatMap(({ nodes }) => nodes),
    initializers: all.flatMap(({ initializers }) => initializers),
    output: all.at(-1)?.output ?? column.output,
  };
}

function unchanged({ output }: GraphPart): GraphPart {
  return { nodes: [], initializers: [], output };
}

function logged(name: string, value: string): GraphPart {
  const at = (step: string): string => `${name}/${step}`;
  return {
    nodes: [
      { op: 'Abs', inputs: [value], outputs: [at('size')] },
      { op: 'Add', inputs: [at('size'), at('one')], outputs: [at('more')] },
      { op: 'Log', inputs: [at('more')], outputs: [at('log')] },
      { op: 'Sign', inputs: [value], outputs: [at('sign')] },
      { op: 'Mul', inputs: [at('sign'), at('log')], outputs: [at('logged')] },
    ],
    initializers: [doubleConstant(at('one'), 1)],
    output: at('logged'),
  };
}

/** NaN stays NaN. */
function bounded(name: string, value: string): GraphPart {
  return {
    nodes: [
      { op: 'Max', inputs: [value, `${name}/lowest`], outputs: [`${name}/raised`] },
      { op: 'Min', inputs: [`${name}/raised`, `${name}/highest`], outputs: [`${name}/bounded`] },
    ],
    initializers: [doubleConstant(`${name}/lowest`, -furthest), doubleConstant(`${name}/highest`, furthest)],
    output: `${name}/bounded`,
  };
}

function columnPart(name: string, value: string): GraphPart {
  return {
    nodes: [
      { op: 'Cast', inputs: [value], outputs: [`${name}/float`], attributes: { to: { int: onnxFloat } } },
      { op: 'Unsqueeze', inputs: [`${name}/float`, `${name}/axis`], outputs: [`${name}/column`] },
    ],
    initializers: [{ name: `${name}/axis`, type: 'int64', dims: [1], values: BigInt64Array.of(1n) }],
    output: `${name}/column`,
  };
}

/** The column with the indicator at its right. */
function indicatorPart(name: string, value: string, column: string): GraphPart {
  const [missing, output] = [`${name}/missing`, `${name}/columns`];
  const nodes: GraphNode[] = [
    { op: 'IsNaN', inputs: [value], outputs: [missing] },
    { op: 'Cast', inputs: [missing], outputs: [`${missing}/float`], attributes: { to: { int: onnxFloat } } },
    { op: 'Unsqueeze', inputs: [`${missing}/float`, `${name}/axis`], outputs: [`${missing}/column`] },
    { op: 'Concat', inputs: [column, `${missing}/column`], outputs: [output], attributes: { axis: { int: 1 } } },
  ];
  return { nodes, initializers: [], output };
}
