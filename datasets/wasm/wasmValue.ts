import { signed, type ValueType } from './wasmBytes.ts';

/** A value or a number, which becomes a constant of the type that is asked for. */
export type Operand = Value | number | bigint;

/** An expression: its operators are WebAssembly's instructions. Of operators without `S` or `U`, the sign does not matter. */
export class Value {
  readonly type: ValueType;
  readonly code: readonly number[];

  constructor(type: ValueType, code: readonly number[]) {
    this.type = type;
    this.code = code;
  }

  isZero = (): Value => new Value('i32', [...this.code, this.type === 'i64' ? 0x50 : 0x45]);
  equals = (other: Operand): Value => this.compared('equals', other);
  differs = (other: Operand): Value => this.compared('differs', other);
  /** Of whole numbers as such without a sign. */
  below = (other: Operand): Value => this.compared('below', other);
  above = (other: Operand): Value => this.compared('above', other);
  atLeast = (other: Operand): Value => this.compared('atLeast', other);

  plus = (other: Operand): Value => this.with('plus', other);
  minus = (other: Operand): Value => this.with('minus', other);
  times = (other: Operand): Value => this.with('times', other);
  /** Of whole numbers as such without a sign. */
  over = (other: Operand): Value => this.with('over', other);
  and = (other: Operand): Value => this.with('and', other);
  or = (other: Operand): Value => this.with('or', other);
  xor = (other: Operand): Value => this.with('xor', other);
  left = (bits: Operand): Value => this.with('left', bits);
  right = (bits: Operand): Value => this.with('right', bits);
  /** How many zeros an i32 ends with. */
  zeros = (): Value => new Value('i32', [...this.code, 0x68]);
  /** An i32's bits, turned to the left. */
  turned = (bits: number): Value => new Value('i32', [...this.code, ...constant(bits, 'i32').code, 0x77]);
  /** How many bits of an i32 are set. */
  ones = (): Value => new Value('i32', [...this.code, 0x69]);
  size = (): Value => new Value('f64', [...this.code, 0x99]);
  negative = (): Value => new Value('f64', [...this.code, 0x9a]);

  /** An i32 without a sign as an i64. */
  wide = (): Value => new Value('i64', [...this.code, 0xad]);
  /** One with a sign. */
  signedWide = (): Value => new Value('i64', [...this.code, 0xac]);
  /** The lower half of an i64. */
  narrow = (): Value => new Value('i32', [...this.code, 0xa7]);
  /** An i64 as the nearest float64. */
  float = (): Value => new Value('f64', [...this.code, 0xb9]);

  /** A float64 as an i64, which it must be. */
  whole = (): Value => new Value('i64', [...this.code, 0xb0]);
  nearest = (): Value => new Value('f64', [...this.code, 0x9e]);
  floor = (): Value => new Value('f64', [...this.code, 0x9c]);

  /** Of each of 16 bytes the uppermost bit. */
  bits = (): Value => new Value('i32', [...this.code, 0xfd, 0x64]);
  /** Of 16 bytes: 0xff where they are the same. */
  same = (other: Value): Value => new Value('v128', [...this.code, ...other.code, 0xfd, 0x23]);
  /** Of 16 bytes: 0xff where they are less than others. */
  less = (other: Value): Value => new Value('v128', [...this.code, ...other.code, 0xfd, 0x26]);
  /** Whether any bit of 16 bytes is set. */
  isAny = (): Value => new Value('i32', [...this.code, 0xfd, 0x53]);

  private with(operator: keyof typeof operators, other: Operand): Value {
    return new Value(this.type, [...this.code, ...asValue(other, this.type).code, ...opcode(operator, this.type)]);
  }

  private compared(operator: keyof typeof operators, other: Operand): Value {
    return new Value('i32', this.with(operator, other).code);
  }
}

type Opcodes = Partial<Record<ValueType, readonly number[]>>;

const operators = {
  equals: { i32: [0x46], i64: [0x51], f64: [0x61] },
  differs: { i32: [0x47], i64: [0x52], f64: [0x62] },
  below: { i32: [0x49], i64: [0x54], f64: [0x63] },
  above: { i32: [0x4b], i64: [0x56], f64: [0x64] },
  atLeast: { i32: [0x4f], i64: [0x5a], f64: [0x66] },
  plus: { i32: [0x6a], i64: [0x7c], f64: [0xa0] },
  minus: { i32: [0x6b], i64: [0x7d], f64: [0xa1] },
  times: { i32: [0x6c], i64: [0x7e], f64: [0xa2] },
  over: { i32: [0x6e], i64: [0x80], f64: [0xa3] },
  and: { i32: [0x71], i64: [0x83], v128: [0xfd, 0x4e] },
  or: { i32: [0x72], i64: [0x84], v128: [0xfd, 0x50] },
  xor: { i32: [0x73], i64: [0x85], v128: [0xfd, 0x51] },
  left: { i32: [0x74], i64: [0x86] },
  right: { i32: [0x76], i64: [0x88] },
} satisfies Record<string, Opcodes>;

function opcode(operator: keyof typeof operators, type: ValueType): readonly number[] {
  const code = (operators[operator] as Opcodes)[type];
  if (code === undefined) throw new Error(`a ${type} has no '${operator}'`);
  return code;
}

export function asValue(operand: Operand, type: ValueType): Value {
  return operand instanceof Value ? operand : constant(operand, type);
}

function constant(value: number | bigint, type: ValueType): Value {
  if (type === 'f64') return new Value(type, [0x44, ...new Uint8Array(Float64Array.of(Number(value)).buffer)]);
  // A v128 of a byte 16 times.
  if (type === 'v128') return new Value(type, [...constant(value, 'i32').code, 0xfd, 0x0f]);
  return new Value(type, [type === 'i32' ? 0x41 : 0x42, ...signed(BigInt(value))]);
}

/** The bytes of memory at an address. */
export const memory = {
  byte: (at: Operand): Value => loaded('i32', [0x2d, 0], at),
  i32: (at: Operand): Value => loaded('i32', [0x28, 0], at),
  i64: (at: Operand): Value => loaded('i64', [0x29, 0], at),
  f64: (at: Operand): Value => loaded('f64', [0x2b, 0], at),
  v128: (at: Operand): Value => loaded('v128', [0xfd, 0x00, 0], at),
} as const;

function loaded(type: ValueType, opcode: readonly number[], at: Operand): Value {
  return new Value(type, [...asValue(at, 'i32').code, ...opcode, 0]);
}

export function bytes16(byte: number): Value {
  return constant(byte, 'v128');
}
