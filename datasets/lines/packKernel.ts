import type { WasmModule } from '../wasm/wasmModule.ts';
import { bytes16, memory } from '../wasm/wasmValue.ts';
import { codes } from './kernelBytes.ts';

/** Functions that put a column's values that are there at `to`, one after another, and give the end. */
export function packKernel(module: WasmModule): void {
  countedLines(module);
  packedTexts(module);
  packedValues(module, 'packed8', 3);
  packedValues(module, 'packed1', 0);
}

/** How many lines end in whole 16 bytes. */
function countedLines(module: WasmModule): void {
  module.exported('lineEnds', { at: 'i32', end: 'i32' }, (body, { at, end }) => {
    const count = body.let('i32', 0);
    body.while(at.below(end), () => {
      body.add(count, memory.v128(at).same(bytes16(codes.lineEnd)).bits().ones());
      body.add(at, 16);
    });
    body.return(count);
  });
}

/** Their lengths before them. After the last up to 15 bytes more are written. */
function packedTexts(module: WasmModule): void {
  const parameters = { values: 'i32', presence: 'i32', rows: 'i32', to: 'i32' } as const;
  module.exported('packedTexts', parameters, (body, { values, presence, rows, to }) => {
    const end = body.let('i32', presence.plus(rows));
    const [from, length] = [body.let('i32'), body.let('i32')];
    body.while(presence.below(end), () => {
      body.if(memory.byte(presence), () => {
        body.set(from, memory.i32(values));
        body.set(length, memory.i32(values.plus(4)));
        body.store('i32', to, length);
        body.add(to, 4);
        body.copy(to, from, length);
        body.add(to, length);
      });
      body.add(presence, 1);
      body.add(values, 8);
    });
    body.return(to);
  });
}

/** Of 2^`power` bytes each. */
function packedValues(module: WasmModule, name: string, power: 0 | 3): void {
  const parameters = { values: 'i32', presence: 'i32', rows: 'i32', to: 'i32' } as const;
  const type = power === 0 ? 'byte' : 'i64';
  module.exported(name, parameters, (body, { values, presence, rows, to }) => {
    const end = body.let('i32', presence.plus(rows));
    body.while(presence.below(end), () => {
      body.if(memory.byte(presence), () => {
        body.store(type, to, memory[type](values));
        body.add(to, 1 << power);
      });
      body.add(presence, 1);
      body.add(values, 1 << power);
    });
    body.return(to);
  });
}
