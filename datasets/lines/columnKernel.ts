import type { ColumnType } from '../../core/contractPlan.ts';
import type { Call, WasmModule } from '../wasm/wasmModule.ts';
import { memory, type Value } from '../wasm/wasmValue.ts';
import { codes, literalEnd, odd, word } from './kernelBytes.ts';
import { kernelTypes } from './kernelPlaces.ts';

export interface ValueReaders {
  readonly text: Call;
  readonly whole: Call;
  readonly float: Call;
  readonly instant: Call;
}

/** The end of a column's value, which is put in, or `odd`. A second one in the same row is odd. */
export function columnKernel(module: WasmModule, { text, whole, float, instant }: ValueReaders): Call {
  return module.inner({ column: 'i32', at: 'i32', row: 'i32' }, (body, { column, at, row }) => {
    const [values, presence, lastRow] = [column.plus(4), column.plus(8), column.plus(12)];
    body.if(memory.i32(lastRow).equals(row), () => body.return(odd));
    body.store('i32', lastRow, row);
    body.if(memory.i32(at).equals(word('null')), () => body.return(at.plus(4)));
    const type = body.let('i32', memory.i32(column));
    const place = body.let('i32', memory.i32(values).plus(row.left(3)));
    const end = body.let('i32', odd);
    const of = (name: ColumnType, read: Value): void =>
      body.if(type.equals(kernelTypes[name]), () => body.set(end, read));
    of('string', text(at, place));
    of('int', whole(at, place));
    of('number', float(at, place));
    of('date', instant(at, place));
    body.if(type.equals(kernelTypes.boolean), () => {
      body.set(end, literalEnd(body, at));
      body.store('byte', memory.i32(values).plus(row), memory.byte(at).equals(codes.lowerT));
    });
    body.if(end.differs(odd), () => body.store('byte', memory.i32(presence).plus(row), 1));
    body.return(end);
  });
}
