/** A value as Thrift's compact protocol writes it, and the number of its type there. */
export interface ThriftValue {
  readonly type: number;
  readonly bytes: Uint8Array;
}

export function whole32(value: number): ThriftValue {
  return { type: 5, bytes: varint(zigzag(BigInt(value))) };
}

export function whole64(value: number): ThriftValue {
  return { type: 6, bytes: varint(zigzag(BigInt(value))) };
}

export function binary(bytes: Uint8Array): ThriftValue {
  return { type: 8, bytes: Buffer.concat([varint(BigInt(bytes.length)), bytes]) };
}

/** As a field of a struct, which holds it in its type. */
export function bool(value: boolean): ThriftValue {
  return { type: value ? 1 : 2, bytes: new Uint8Array() };
}

export function text(value: string): ThriftValue {
  return binary(Buffer.from(value));
}

/** Of values that have one type. */
export function list(values: readonly ThriftValue[]): ThriftValue {
  const type = values[0]?.type ?? 0;
  const size = values.length;
  const header =
    size < 15 ? Buffer.of((size << 4) | type) : Buffer.concat([Buffer.of(0xf0 | type), varint(BigInt(size))]);
  return { type: 9, bytes: Buffer.concat([header, ...values.map(({ bytes }) => bytes)]) };
}

/** Fields by their ids, which rise by less than 16 from one to the next. */
export function struct(fields: readonly (readonly [id: number, value: ThriftValue])[]): ThriftValue {
  const parts: Uint8Array[] = [];
  let last = 0;
  for (const [id, { type, bytes }] of fields) {
    parts.push(Buffer.of(((id - last) << 4) | type), bytes);
    last = id;
  }
  return { type: 12, bytes: Buffer.concat([...parts, Buffer.of(0)]) };
}

function zigzag(value: bigint): bigint {
  return value < 0n ? -2n * value - 1n : 2n * value;
}

/** Seven bits a byte, the lowest first. */
export function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
}
