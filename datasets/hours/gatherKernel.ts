import type { WasmBody } from '../wasm/wasmBody.ts';
import type { WasmModule } from '../wasm/wasmModule.ts';
import { memory, type Value } from '../wasm/wasmValue.ts';
import { table as places } from './hourPlaces.ts';
import { ofNumber } from './textTable.ts';

const gather = { values: 'i32', rows: 'i32', count: 'i32', present: 'i32', to: 'i32' } as const;

/** Functions that put a column's values of some rows at `to`, in their order, as Parquet's plain encoding has them, and give the end. */
export function gatherKernel(module: WasmModule): void {
  textBytes(module);
  gatheredTexts(module);
  module.exported('gatherNumbers', gather, (body, { values, rows, count, present, to }) => {
    const value = body.let('f64');
    eachRow(body, { rows, count, present }, (row) => {
      body.set(value, memory.f64(values.plus(row.left(3))));
      body.store('f64', to, value);
      body.add(to, value.equals(value).left(3));
      return value.equals(value);
    });
    body.return(to);
  });
  module.exported('gatherWhole', gather, (body, { values, rows, count, present, to }) => {
    const value = body.let('f64');
    eachRow(body, { rows, count, present }, (row) => {
      body.set(value, memory.f64(values.plus(row.left(3))));
      body.if(value.equals(value), () => body.store('i64', to, value.whole()));
      body.add(to, value.equals(value).left(3));
      return value.equals(value);
    });
    body.return(to);
  });
  module.exported('gatherBooleans', gather, (body, { values, rows, count, present, to }) => {
    const value = body.let('i32');
    eachRow(body, { rows, count, present }, (row) => {
      body.set(value, memory.byte(values.plus(row)));
      body.store('byte', to, value);
      body.add(to, value.differs(2));
      return value.differs(2);
    });
    body.return(to);
  });
}

interface SomeRows {
  readonly rows: Value;
  readonly count: Value;
  readonly present: Value;
}

/** `work` says whether the row has a value. */
function eachRow(body: WasmBody, { rows, count, present }: SomeRows, work: (row: Value) => Value): void {
  const k = body.let('i32', 0);
  const row = body.let('i32');
  body.while(k.below(count), () => {
    body.set(row, memory.i32(rows.plus(k.left(2))));
    body.store('byte', present.plus(k), work(row));
    body.add(k, 1);
  });
}

/** How many bytes `gatherTexts` will take. */
function textBytes(module: WasmModule): void {
  const parameters = { table: 'i32', values: 'i32', rows: 'i32', count: 'i32' } as const;
  module.exported('textBytes', parameters, (body, { table, values, rows, count }) => {
    const [sum, k, number] = [body.let('i32', 0), body.let('i32', 0), body.let('i32')];
    body.while(k.below(count), () => {
      body.set(number, memory.i32(values.plus(memory.i32(rows.plus(k.left(2))).left(2))));
      body.if(number.differs(-1), () => body.add(sum, memory.i32(ofNumber(table, places.lengths, number)).plus(4)));
      body.add(k, 1);
    });
    body.return(sum);
  });
}

function gatheredTexts(module: WasmModule): void {
  const parameters = { ...gather, table: 'i32' } as const;
  module.exported('gatherTexts', parameters, (body, { values, rows, count, present, to, table }) => {
    const [number, length] = [body.let('i32'), body.let('i32')];
    eachRow(body, { rows, count, present }, (row) => {
      body.set(number, memory.i32(values.plus(row.left(2))));
      body.if(number.differs(-1), () => {
        body.set(length, memory.i32(ofNumber(table, places.lengths, number)));
        body.store('i32', to, length);
        body.add(to, 4);
        body.copy(to, memory.i32(ofNumber(table, places.starts, number)), length);
        body.add(to, length);
      });
      return number.differs(-1);
    });
    body.return(to);
  });
}
