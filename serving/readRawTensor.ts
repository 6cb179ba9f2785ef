import { isUtf8 } from 'node:buffer';
import { WhetError } from '../core/errors.ts';
import type { TensorDatatype } from './tensorDatatypes.ts';

/**
 * The values of a raw tensor in row-major order, little-endian. BYTES is, for each value, its length as 4 bytes and then its
 * bytes, which must be UTF-8. Throws `request.invalid` where the bytes are not exactly these values; `place` names the input.
 */
export function readRawTensor(datatype: TensorDatatype, bytes: Buffer, count: number, place: string): unknown[] {
  const { size } = datatype;
  if (size === undefined) return readTexts(bytes, count, place);
  if (bytes.length !== size * count) throw wrongLength(`${size * count} bytes for ${count} values`, bytes, place);
  return Array.from({ length: count }, (_, row) => {
    const value = datatype.read(bytes, row * size);
    if (value !== undefined) return value;
    throw refused(`1 or 0 in each byte of ${place}`, `${bytes[row * size]} in row ${row}`);
  });
}

const lengthBytes = 4;

function readTexts(bytes: Buffer, count: number, place: string): string[] {
  const texts: string[] = [];
  let at = 0;
  for (let row = 0; row < count; row += 1) {
    const from = at + lengthBytes;
    const to = from <= bytes.length ? from + bytes.readUInt32LE(at) : Number.POSITIVE_INFINITY;
    if (to > bytes.length) throw wrongLength(`${count} values, each after its length as 4 bytes`, bytes, place);
    const text = bytes.subarray(from, to);
    if (!isUtf8(text)) throw refused(`text in UTF-8 in ${place}`, `other bytes in row ${row}`);
    texts.push(text.toString());
    at = to;
  }
  if (at !== bytes.length) throw wrongLength(`${at} bytes for ${count} values`, bytes, place);
  return texts;
}

function wrongLength(expected: string, bytes: Buffer, place: string): WhetError {
  return refused(`${expected} in ${place}`, `${bytes.length} bytes`);
}

function refused(expected: string, came: string): WhetError {
  return new WhetError('request.invalid', { expected, came });
}
