import { canonicalJson } from '../../core/canonicalJson.ts';
import { WhetError } from '../../core/errors.ts';

/** Named arrays of numbers, in the learner's own order. */
export type Weights = readonly Weight[];

export interface Weight {
  readonly name: string;
  readonly dims: readonly number[];
  /** Row-major. */
  readonly values: Float32Array;
}

/**
 * Weights as bytes, the same ones for the same weights: the header's length (uint32), the header (JSON of names and
 * dims), then all values as float32; numbers are little-endian.
 */
export function encodeWeights(weights: Weights): Uint8Array {
  const header = Buffer.from(canonicalJson(weights.map(({ name, dims }) => ({ name, dims }))));
  const count = weights.reduce((sum, weight) => sum + weight.values.length, 0);
  const bytes = Buffer.alloc(4 + header.length + 4 * count);
  bytes.writeUInt32LE(header.length, 0);
  header.copy(bytes, 4);
  let at = 4 + header.length;
  for (const weight of weights) for (const value of weight.values) at = bytes.writeFloatLE(value, at);
  return bytes;
}

/** The weights that `encodeWeights` wrote. Throws `storage.damaged` if the bytes are not of that form. */
export function decodeWeights(given: Uint8Array): Weights {
  const bytes = Buffer.from(given.buffer, given.byteOffset, given.byteLength);
  const length = bytes.length < 4 ? 0 : bytes.readUInt32LE(0);
  if (length === 0 || 4 + length > bytes.length) throw damaged(`${bytes.length} bytes without a whole header`);
  const header = JSON.parse(bytes.toString('utf8', 4, 4 + length)) as Omit<Weight, 'values'>[];
  const needed = 4 + length + 4 * header.reduce((sum, { dims }) => sum + sizeOf(dims), 0);
  if (needed !== bytes.length) throw damaged(`${bytes.length} bytes where the header needs ${needed}`);
  let at = 4 + length;
  return header.map(({ name, dims }) => {
    const values = Float32Array.from({ length: sizeOf(dims) }, (_, index) => bytes.readFloatLE(at + 4 * index));
    at += 4 * values.length;
    return { name, dims, values };
  });
}

/** A weight by its name, which the learner gave it. */
export function weightNamed(weights: Weights, name: string): Weight {
  const found = weights.find((weight) => weight.name === name);
  if (found !== undefined) return found;
  throw new WhetError('storage.damaged', {
    expected: `weights with '${name}'`,
    came: weights.map((weight) => `'${weight.name}'`).join(', '),
  });
}

function sizeOf(dims: readonly number[]): number {
  return dims.reduce((size, dim) => size * dim, 1);
}

function damaged(came: string): WhetError {
  return new WhetError('storage.damaged', { expected: 'weights as encodeWeights writes them', came });
}
