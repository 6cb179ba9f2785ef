import type { WasmBody } from '../wasm/wasmBody.ts';
import type { Call, WasmModule } from '../wasm/wasmModule.ts';
import { memory, type Value } from '../wasm/wasmValue.ts';
import { fieldSize, kernelPlaces } from './kernelPlaces.ts';

/** The field whose name begins at a place, 0 where there is no plain name. */
export function fieldKernel(module: WasmModule, newField: Call): Call {
  const { fields, fieldCount } = kernelPlaces;
  return module.inner({ at: 'i32', expected: 'i32' }, (body, { at, expected }) => {
    const field = body.let('i32', memory.i32(expected));
    body.if(field.differs(0), () => body.if(isNamed(body, field, at), () => body.return(field)));
    body.set(field, fields);
    const end = body.let('i32', memory.i32(fieldCount).times(fieldSize).plus(fields));
    body.while(field.below(end), () => {
      body.if(isNamed(body, field, at), () => body.break());
      body.add(field, fieldSize);
    });
    body.if(field.equals(end), () => body.set(field, newField(at)));
    body.store('i32', expected, field);
    body.return(field);
  });
}

/** Whether a field's name, which ends with a quote, stands at a place: 16 bytes at a time, of which those count that it has. */
function isNamed(body: WasmBody, field: Value, at: Value): Value {
  const name = body.let('i32', memory.i32(field));
  const length = body.let('i32', memory.i32(field.plus(4)).plus(15).and(-16));
  const isSame = body.let('i32', 1);
  const k = body.let('i32', 0);
  body.while(k.below(length), () => {
    const differs = memory.v128(name.plus(k)).xor(memory.v128(at.plus(k)));
    body.if(differs.and(memory.v128(name.plus(length).plus(k))).isAny(), () => {
      body.set(isSame, 0);
      body.break();
    });
    body.add(k, 16);
  });
  return isSame;
}
