import type { GraphNode, TensorType } from '../../../core/graph.ts';
import { type Expression, elementwise } from './elementwise.ts';
import { intAttribute } from './intAttribute.ts';
import { gather, labelEncoder, regexFullMatch } from './lookups.ts';
import { product } from './product.ts';
import type { Held, Program } from './program.ts';
import { concat, reshape, squeeze, unsqueeze } from './reshaping.ts';

/** Writes the statements of a node and tells where its output is held. An input that is left out is undefined. */
export type Operator = (program: Program, node: GraphNode, inputs: readonly (Held | undefined)[]) => Held;

/** The operators that can be compiled, by their names in ai.onnx 17 (of a text, 20) and ai.onnx.ml 3. */
export const operators: Readonly<Record<string, Operator>> = {
  Identity: (_program, _node, [x]) => required(x),
  Unsqueeze: (_program, _node, [x, axes]) => unsqueeze(required(x), axes),
  Squeeze: (_program, _node, [x, axes]) => squeeze(required(x), axes),
  Reshape: (_program, _node, [x, shape]) => reshape(required(x), shape),
  Concat: (_program, node, parts) => concat(node, parts.map(required)),
  Gather: (program, node, [table, index]) => gather(program, node, required(table), required(index)),
  LabelEncoder: (program, node, [x]) => labelEncoder(program, node, required(x)),
  RegexFullMatch: (program, node, [x]) => regexFullMatch(program, node, required(x)),
  Gemm: (program, node, [x, kernel, bias]) => product(program, node, required(x), required(kernel), bias),
  MatMul: (program, node, [x, kernel]) => product(program, node, required(x), required(kernel), undefined),
  Cast: (program, node, [x]) => cast(program, node, required(x)),
  Clip: (program, _node, [x, low, high]) => clip(program, required(x), low, high),
  Where: (program, _node, [condition, a, b]) =>
    elementwise(program, required(a).type, [condition, a, b].map(required), (c, x, y) => `(${c} ? ${x} : ${y})`),

  Add: numeric((a, b) => `${a} + ${b}`),
  Sum: numeric((...all) => all.join(' + ')),
  Sub: numeric((a, b) => `${a} - ${b}`),
  Mul: ofFloats((a, b) => `${a} * ${b}`),
  Div: ofFloats((a, b) => `${a} / ${b}`),
  Mod: remainder,
  Min: numeric((...all) => `Math.min(${all.join(', ')})`),
  Max: numeric((...all) => `Math.max(${all.join(', ')})`),
  Neg: numeric((a) => `-${a}`),
  Abs: numeric((a) => `Math.abs(${a})`),
  Sign: numeric((a) => `Math.sign(${a})`),
  Floor: ofFloats((a) => `Math.floor(${a})`),
  Ceil: ofFloats((a) => `Math.ceil(${a})`),
  Sqrt: ofFloats((a) => `Math.sqrt(${a})`),
  Exp: ofFloats((a) => `Math.exp(${a})`),
  Log: ofFloats((a) => `Math.log(${a})`),
  Pow: ofFloats((a, b) => `Math.pow(${a}, ${b})`),
  Reciprocal: ofFloats((a) => `1 / ${a}`),
  Sin: ofFloats((a) => `Math.sin(${a})`),
  Cos: ofFloats((a) => `Math.cos(${a})`),
  Tanh: ofFloats((a) => `Math.tanh(${a})`),
  Sigmoid: ofFloats((a) => `1 / (1 + Math.exp(-${a}))`),
  Softplus: ofFloats((a) => `(${a} > 20 ? ${a} : Math.log1p(Math.exp(${a})))`),
  // NaN stays NaN, so that nobody takes it for an answer.
  Relu: ofFloats((a) => `(${a} < 0 ? 0 : ${a})`),
  Elu: ofFloats((a) => `(${a} < 0 ? Math.expm1(${a}) : ${a})`),

  Less: comparison('<'),
  LessOrEqual: comparison('<='),
  Greater: comparison('>'),
  GreaterOrEqual: comparison('>='),
  Equal: comparison('==='),
  IsNaN: truth((a) => `Number.isNaN(${a})`),
  And: truth((a, b) => `(${a} && ${b})`),
  Or: truth((a, b) => `(${a} || ${b})`),
  Not: truth((a) => `!${a}`),
};

/** Whole numbers may come: sums of those that JavaScript holds exactly stay exact for dates and counts. */
function numeric(expression: Expression): Operator {
  return (program, _node, inputs) => {
    const operands = inputs.map(required);
    return elementwise(program, operands[0]?.type ?? 'float', operands, expression);
  };
}

/** Products and quotients of int64 wrap or cut, which JavaScript's numbers do not. */
function ofFloats(expression: Expression): Operator {
  return (program, { op }, inputs) => {
    const operands = inputs.map(required);
    const type = operands[0]?.type;
    if (type !== 'float' && type !== 'double') throw new RangeError(`${op} of ${type}`);
    return elementwise(program, type, operands, expression);
  };
}

/** The sign is the divisor's, as in Python, unless `fmod` asks for C's. */
function remainder(program: Program, node: GraphNode, inputs: readonly (Held | undefined)[]): Held {
  const operands = inputs.map(required);
  const likeC = intAttribute(node, 'fmod') === 1;
  const expression: Expression = likeC ? (a, b) => `${a} % ${b}` : (a, b) => `((${a} % ${b}) + ${b}) % ${b}`;
  return elementwise(program, operands[0]?.type ?? 'float', operands, expression);
}

function comparison(sign: string): Operator {
  return truth((a, b) => `${a} ${sign} ${b}`);
}

function truth(expression: Expression): Operator {
  return (program, _node, inputs) => elementwise(program, 'bool', inputs.map(required), expression);
}

function clip(program: Program, x: Held, low: Held | undefined, high: Held | undefined): Held {
  const raised =
    low === undefined ? x : elementwise(program, x.type, [x, low], (a, b) => `(${a} < ${b} ? ${b} : ${a})`);
  if (high === undefined) return raised;
  return elementwise(program, x.type, [raised, high], (a, b) => `(${a} > ${b} ? ${b} : ${a})`);
}

/** `TensorProto.DataType` of the types that a cast may end in. */
const castTypes: Readonly<Record<number, TensorType>> = { 1: 'float', 7: 'int64', 9: 'bool', 11: 'double' };

function cast(program: Program, node: GraphNode, x: Held): Held {
  const to = castTypes[intAttribute(node, 'to') ?? 0];
  if (to === undefined || x.type === 'string')
    throw new RangeError(`a Cast of ${x.type} to ${JSON.stringify(node.attributes?.to)}`);
  if (to === x.type) return x;
  return elementwise(program, to, [x], castExpression(x.type, to));
}

function castExpression(from: TensorType, to: TensorType): Expression {
  if (to === 'bool') return (a) => `${a} !== 0`;
  if (from === 'bool') return (a) => `(${a} ? 1 : 0)`;
  return to === 'int64' ? (a) => `Math.trunc(${a})` : (a) => a;
}

function required(held: Held | undefined): Held {
  if (held === undefined) throw new RangeError('a node without one of its inputs');
  return held;
}
