/** A datatype of the Open Inference Protocol v2: which values it holds, in JSON and as raw bytes. */
export interface TensorDatatype {
  /** Bytes of one raw value; undefined for BYTES, whose values bring their length along. */
  readonly size: number | undefined;
  /** As an error says it. */
  readonly holds: string;
  /**
   * A value of JSON as the column's reader takes it; undefined where the datatype cannot hold it exactly. Null passes, for
   * the column alone knows whether it may come.
   */
  readonly take: (value: unknown) => unknown;
  /** The raw value at an offset, little-endian; undefined where these bytes are none. */
  readonly read: (bytes: Buffer, at: number) => unknown;
}

/** By the protocol's own names. */
export const tensorDatatypes: ReadonlyMap<string, TensorDatatype> = new Map([
  ['BOOL', { size: 1, holds: 'true or false', take: (value) => value, read: truth }],
  ['INT8', whole(8, true, (bytes, at) => bytes.readInt8(at))],
  ['INT16', whole(16, true, (bytes, at) => bytes.readInt16LE(at))],
  ['INT32', whole(32, true, (bytes, at) => bytes.readInt32LE(at))],
  ['INT64', whole(64, true, (bytes, at) => exact(bytes.readBigInt64LE(at)))],
  ['UINT8', whole(8, false, (bytes, at) => bytes.readUInt8(at))],
  ['UINT16', whole(16, false, (bytes, at) => bytes.readUInt16LE(at))],
  ['UINT32', whole(32, false, (bytes, at) => bytes.readUInt32LE(at))],
  ['UINT64', whole(64, false, (bytes, at) => exact(bytes.readBigUInt64LE(at)))],
  // Rounded to even, 65,520 and more are infinite in 16 bits.
  [
    'FP16',
    float(
      2,
      (value) => Math.abs(value) < 65_520,
      (bytes, at) => half(bytes.readUInt16LE(at)),
    ),
  ],
  [
    'FP32',
    float(
      4,
      (value) => Number.isFinite(Math.fround(value)),
      (bytes, at) => bytes.readFloatLE(at),
    ),
  ],
  [
    'FP64',
    float(
      8,
      () => true,
      (bytes, at) => bytes.readDoubleLE(at),
    ),
  ],
  ['BYTES', { size: undefined, holds: 'text', take: (value) => value, read: () => undefined }],
]);

function truth(bytes: Buffer, at: number): boolean | undefined {
  const byte = bytes[at];
  return byte === 0 || byte === 1 ? byte === 1 : undefined;
}

function whole(bits: 8 | 16 | 32 | 64, signed: boolean, read: TensorDatatype['read']): TensorDatatype {
  const span = 1n << BigInt(bits);
  const [min, max] = signed ? [-span / 2n, span / 2n - 1n] : [0n, span - 1n];
  const inRange = (value: number | bigint): boolean => value >= min && value <= max;
  const take = (value: unknown): unknown => {
    // A number of JSON beyond 2^53 may have been rounded on its way.
    if (typeof value === 'number') return Number.isSafeInteger(value) && inRange(value) ? value : undefined;
    if (typeof value !== 'string') return value;
    const number = /^-?\d{1,20}$/.test(value) ? BigInt(value) : undefined;
    return number !== undefined && inRange(number) ? exact(number) : undefined;
  };
  const beyond = bits === 64 ? ', beyond 2^53 as decimal text' : '';
  return { size: bits / 8, holds: `a whole number from ${min} to ${max}${beyond}`, take, read };
}

/** Beyond 2^53 as decimal text, which a column of whole numbers takes and one of floats refuses. */
function exact(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

function float(size: number, fits: (value: number) => boolean, read: TensorDatatype['read']): TensorDatatype {
  const take = (value: unknown): unknown => {
    if (typeof value === 'number') return fits(value) ? value : undefined;
    return typeof value === 'string' ? undefined : value;
  };
  return { size, holds: `a number that ${size * 8} bits can hold`, take, read };
}

/** IEEE 754 binary16: a sign, 5 bits of exponent, 10 of fraction. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
