import { type Variable, WasmBody } from './wasmBody.ts';
import { named, section, unsigned, type ValueType, valueTypes, vector } from './wasmBytes.ts';
import { asValue, type Operand, Value } from './wasmValue.ts';

/** A function as the others of its module call it. */
export type Call = (...operands: readonly Operand[]) => Value;

/** A function that gives an i32: it is given its parameters, and itself, for where it calls itself. */
export type Write<K extends string> = (body: WasmBody, parameters: Record<K, Variable>, itself: Call) => void;

/**
 * A WebAssembly module that is written as TypeScript, for the few loops over bytes that take most of the time between a
 * line and its columns: such code is at its full speed after some thousand lines, and is compiled once for all threads.
 * Only what these loops need of the format is there: https://webassembly.github.io/spec/core/binary/modules.html
 */
export class WasmModule {
  private readonly types: number[][] = [];
  private readonly imports: number[][] = [[...named('host'), ...named('memory'), 2, 0, 1]];
  private readonly bodies: WasmBody[] = [];
  private readonly typeOfBody: number[] = [];
  private readonly exports: number[][] = [];

  /** A function of the host's; they are named before the module's own. */
  imported(name: string, parameters: readonly ValueType[], result: ValueType): Call {
    this.imports.push([...named('host'), ...named(name), 0, ...unsigned(this.typeOf(parameters, result))]);
    return calling(this.imports.length - 2, parameters, result);
  }

  /** One of the module's own functions. */
  inner<K extends string>(parameters: Readonly<Record<K, ValueType>>, write: Write<K>): Call {
    const types = Object.values<ValueType>(parameters);
    const body = new WasmBody(types.length);
    const itself = calling(this.imports.length - 1 + this.bodies.length, types, 'i32');
    this.bodies.push(body);
    this.typeOfBody.push(this.typeOf(types, 'i32'));
    const held = Object.entries<ValueType>(parameters).map(([name, type], k) => [name, body.parameter(type, k)]);
    write(body, Object.fromEntries(held) as Record<K, Variable>, itself);
    return itself;
  }

  /** One that the host can call too. */
  exported<K extends string>(name: string, parameters: Readonly<Record<K, ValueType>>, write: Write<K>): Call {
    this.exports.push([...named(name), 0, ...unsigned(this.imports.length - 1 + this.bodies.length)]);
    return this.inner(parameters, write);
  }

  /** The module's bytes. It is given `host.memory` and the functions of the host. */
  assembled(): Uint8Array<ArrayBuffer> {
    return Uint8Array.from([
      ...Buffer.from('\0asm\x01\0\0\0', 'latin1'),
      ...section(1, vector(this.types)),
      ...section(2, vector(this.imports)),
      ...section(3, vector(this.typeOfBody.map(unsigned))),
      ...section(7, vector(this.exports)),
      ...section(10, vector(this.bodies.map((body) => body.assembled()))),
    ]);
  }

  private typeOf(parameters: readonly ValueType[], result: ValueType): number {
    const types = vector(parameters.map((type) => [valueTypes[type]]));
    this.types.push([0x60, ...types, 1, valueTypes[result]]);
    return this.types.length - 1;
  }
}

function calling(at: number, parameters: readonly ValueType[], result: ValueType): Call {
  return (...operands) => {
    const given = parameters.flatMap((type, k) => asValue(operands[k] ?? 0, type).code);
    return new Value(result, [...given, 0x10, ...unsigned(at)]);
  };
}
