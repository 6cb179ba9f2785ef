import { unsigned, type ValueType, valueTypes, vector } from './wasmBytes.ts';
import { asValue, type Operand, Value } from './wasmValue.ts';

/** A value that can be set. */
export class Variable extends Value {
  readonly place: number;

  constructor(type: ValueType, place: number) {
    super(type, [0x20, ...unsigned(place)]);
    this.place = place;
  }
}

/** The statements of a function, in the order in which they are called here. */
export class WasmBody {
  private readonly code: number[] = [];
  private readonly parameters: number;
  private readonly locals: ValueType[] = [];
  private readonly loops: number[] = [];
  private depth = 0;

  constructor(parameters: number) {
    this.parameters = parameters;
  }

  parameter(type: ValueType, place: number): Variable {
    return new Variable(type, place);
  }

  /** A new variable. */
  let(type: ValueType, value?: Operand): Variable {
    const held = new Variable(type, this.parameters + this.locals.length);
    this.locals.push(type);
    if (value !== undefined) this.set(held, value);
    return held;
  }

  set(variable: Variable, value: Operand): void {
    this.code.push(...asValue(value, variable.type).code, 0x21, ...unsigned(variable.place));
  }

  /** Adds to a variable. */
  add(variable: Variable, value: Operand): void {
    this.set(variable, variable.plus(value));
  }

  store(type: 'byte' | ValueType, at: Operand, value: Operand): void {
    const held = asValue(value, type === 'byte' ? 'i32' : type);
    this.code.push(...asValue(at, 'i32').code, ...held.code, ...stores[type], 0, 0);
  }

  /** Fills memory with zeros. */
  clear(at: Operand, size: Operand): void {
    this.code.push(...asValue(at, 'i32').code, 0x41, 0, ...asValue(size, 'i32').code, 0xfc, 0x0b, 0x00);
  }

  /** Copies bytes, 16 at a time: up to 15 behind them are written too. */
  copy(to: Value, from: Value, length: Value): void {
    const k = this.let('i32', 0);
    this.while(k.below(length), () => {
      this.store('v128', to.plus(k), new Value('v128', [...from.plus(k).code, 0xfd, 0x00, 0, 0]));
      this.add(k, 16);
    });
  }

  if(condition: Value, write: () => void, otherwise?: () => void): void {
    this.code.push(...condition.code, 0x04, nothing);
    this.depth += 1;
    write();
    if (otherwise !== undefined) {
      this.code.push(0x05);
      otherwise();
    }
    this.depth -= 1;
    this.code.push(0x0b);
  }

  while(condition: Value | true, write: () => void): void {
    this.code.push(0x02, nothing, 0x03, nothing);
    this.depth += 2;
    this.loops.push(this.depth);
    if (condition !== true) this.code.push(...condition.isZero().code, 0x0d, 1);
    write();
    this.code.push(0x0c, 0, 0x0b, 0x0b);
    this.loops.pop();
    this.depth -= 2;
  }

  /** Leaves the innermost loop. */
  break(): void {
    this.code.push(0x0c, ...unsigned(this.depth - (this.loops.at(-1) ?? 0) + 1));
  }

  continue(): void {
    this.code.push(0x0c, ...unsigned(this.depth - (this.loops.at(-1) ?? 0)));
  }

  return(value: Operand): void {
    this.code.push(...asValue(value, 'i32').code, 0x0f);
  }

  assembled(): number[] {
    const locals = vector(this.locals.map((type) => [1, valueTypes[type]]));
    // What follows a last `return` is never reached.
    const code = [...locals, ...this.code, 0x00, 0x0b];
    return [...unsigned(code.length), ...code];
  }
}

const nothing = 0x40;
const stores = { byte: [0x3a], i32: [0x36], i64: [0x37], f64: [0x39], v128: [0xfd, 0x0b] } as const;
