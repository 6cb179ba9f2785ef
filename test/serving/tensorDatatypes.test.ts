import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tensorDatatypes } from '../../serving/tensorDatatypes.ts';
import { rawInput } from './tensorRequest.ts';

const datatypeOf = (name: string) => {
  const found = tensorDatatypes.get(name);
  if (found === undefined) throw new Error(name);
  return found;
};

describe('datatypes of tensors', () => {
  test.each<[string, bigint, bigint]>([
    ['INT8', -(2n ** 7n), 2n ** 7n - 1n],
    ['INT16', -(2n ** 15n), 2n ** 15n - 1n],
    ['INT32', -(2n ** 31n), 2n ** 31n - 1n],
    ['INT64', -(2n ** 63n), 2n ** 63n - 1n],
    ['UINT8', 0n, 2n ** 8n - 1n],
    ['UINT16', 0n, 2n ** 16n - 1n],
    ['UINT32', 0n, 2n ** 32n - 1n],
    ['UINT64', 0n, 2n ** 64n - 1n],
  ])('%s holds its whole range exactly, and nothing beyond', (name, min, max) => {
    const { take, read } = datatypeOf(name);
    const value = fc.bigInt({ min, max });
    fc.assert(
      fc.property(value, (number) => {
        expect(String(read(rawInput('x', name, [number]).raw, 0))).toBe(String(number));
        expect(String(take(String(number)))).toBe(String(number));
      }),
    );
    expect([take(String(min - 1n)), take(String(max + 1n)), take('1.0'), take(''), take(0.5)]).toEqual(
      new Array(5).fill(undefined),
    );
  });

  test.each([
    [0x3c00, 1],
    [0xc000, -2],
    [0x0001, 2 ** -24],
    [0x03ff, 1023 * 2 ** -24],
    [0x7bff, 65_504],
    [0x7c00, Number.POSITIVE_INFINITY],
    [0xfc00, Number.NEGATIVE_INFINITY],
    [0x7e00, Number.NaN],
  ])('FP16 reads %i as IEEE 754 does: %f', (bits, value) => {
    expect(datatypeOf('FP16').read(rawInput('x', 'FP16', [bits]).raw, 0)).toBe(value);
  });

  test('floats refuse what would be infinite in their bits, and text', () => {
    expect([datatypeOf('FP32').take(3.5e38), datatypeOf('FP16').take(65_520), datatypeOf('FP64').take('1')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect([datatypeOf('FP32').take(3.4e38), datatypeOf('FP16').take(65_519)]).toEqual([3.4e38, 65_519]);
  });

  test('BOOL reads 1 and 0 alone', () => {
    const { read } = datatypeOf('BOOL');
    expect([0, 1, 2].map((at) => read(Buffer.from([0, 1, 2]), at))).toEqual([false, true, undefined]);
  });
});
