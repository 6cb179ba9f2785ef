import type { TextLengthPlan } from '../core/featurePlan.ts';
import type { GraphNode, GraphPart } from '../core/graph.ts';
import { doubleConstant } from './doubleConstant.ts';
import { keySql } from './keyLookup.ts';
import { numericKind } from './numericKind.ts';
import { onnxDouble, onnxFloat } from './onnxTypes.ts';

/** Longer texts count as this long: ONNX has no operator for the length of a text, and each further bit costs a pattern. */
const longestText = 1_024;

/** Unicode code points of a text, at most 1,024; null has none, as the empty text. */
export const textLength = numericKind<TextLengthPlan>({
  version: 1,
  accepts: ['string'],
  value: (feature) => ({
    sql: `CAST(least(length(${keySql(feature.column, 'string')}), ${longestText}) AS DOUBLE)`,
    part: lengthPart(feature),
    isUnbounded: false,
  }),
});

const bits = Array.from({ length: Math.log2(longestText) }, (_, bit) => bit);

/**
 * The length in binary, a `RegexFullMatch` (opset 20) for each bit: bit k is 0 where the length is a multiple of 2^(k+1)
 * and then at most 2^k - 1 more. So the length is the largest number of that many bits, less 2^k for each that matches.
 */
function lengthPart({ name, column }: TextLengthPlan): GraphPart {
  const zeros = bits.map((bit) => `${name}/zero${bit}`);
  const at = (tensor: string): string => `${name}/${tensor}`;
  const [joined, floats, sum, sums, less] = [at('zeros'), at('floats'), at('sum'), at('sums'), at('less')];
  const [short, isLong, output] = [at('short'), at('isLong'), at('double')];
  return {
    nodes: [
      ...bits.flatMap((bit) => bitNodes(name, column, bit)),
      { op: 'Concat', inputs: zeros, outputs: [joined], attributes: { axis: { int: 1 } } },
      { op: 'Cast', inputs: [joined], outputs: [floats], attributes: { to: { int: onnxFloat } } },
      { op: 'MatMul', inputs: [floats, `${name}/weights`], outputs: [sum] },
      { op: 'Squeeze', inputs: [sum, `${name}/axis/bits`], outputs: [sums] },
      { op: 'Cast', inputs: [sums], outputs: [less], attributes: { to: { int: onnxDouble } } },
      { op: 'Sub', inputs: [`${name}/ones`, less], outputs: [short] },
      match(column, isLong, `${anyOf(longestText)}.*`),
      { op: 'Where', inputs: [isLong, `${name}/longest`, short], outputs: [output] },
    ],
    initializers: [
      { name: `${name}/axis/bits`, type: 'int64', dims: [1], values: BigInt64Array.of(1n) },
      {
        name: `${name}/weights`,
        type: 'float',
        dims: [bits.length, 1],
        values: Float32Array.from(bits, (bit) => 2 ** bit),
      },
      doubleConstant(`${name}/ones`, longestText - 1),
      doubleConstant(`${name}/longest`, longestText),
    ],
    output,
  };
}

function bitNodes(name: string, column: string, bit: number): GraphNode[] {
  const isZero = `${name}/bit${bit}`;
  return [
    match(column, isZero, `(?:${anyOf(2 ** (bit + 1))})*.{0,${2 ** bit - 1}}`),
    { op: 'Unsqueeze', inputs: [isZero, `${name}/axis/bits`], outputs: [`${name}/zero${bit}`] },
  ];
}

/** `(?s)`: a line's end is a code point as well. */
function match(column: string, output: string, pattern: string): GraphNode {
  return {
    op: 'RegexFullMatch',
    inputs: [column],
    outputs: [output],
    attributes: { pattern: { string: `(?s)${pattern}` } },
  };
}

/** RE2 refuses to repeat more than 1,000 times. */
function anyOf(count: number): string {
  return count <= 512 ? `.{${count}}` : '.{512}'.repeat(count / 512);
}
