import { hourMs } from '../../core/time.ts';
import type { WasmBody } from '../wasm/wasmBody.ts';
import type { Call, WasmModule } from '../wasm/wasmModule.ts';
import { asValue, memory, type Value } from '../wasm/wasmValue.ts';

const page = { values: 'i32', present: 'i32', wanted: 'i32', rows: 'i32', to: 'i32' } as const;

/** Functions that read a page of a staged file, each row's value that is wanted: NaN, -1 or 2 where there is none. */
export function appendKernel(module: WasmModule, numberOf: Call): void {
  pickedRows(module);
  appendedTexts(module, numberOf);
  appendedNumbers(module);
  appendedWhole(module);
  appendedBooleans(module);
}

const hourUs = hourMs * 1_000;

/**
 * Tells by a page of instants, microseconds UTC, which rows lie in hours that are wanted, whose starts (milliseconds UTC,
 * NaN for rows without an instant) stand at `starts`. Puts the rows' hours at `hours`, and gives how many there are.
 */
function pickedRows(module: WasmModule): void {
  const parameters = { ...page, starts: 'i32', count: 'i32' } as const;
  module.exported('picked', parameters, (body, { values, present, wanted, rows, to, starts, count }) => {
    const hours = body.let('i32', to);
    const end = body.let('i32', present.plus(rows));
    const micros = body.let('i64');
    const first = body.let('i64', 0);
    const start = body.let('f64', Number.NaN);
    const isWanted = body.let('i32', 0);
    const [isDated, wasDated] = [body.let('i32'), body.let('i32', 2)];
    body.while(present.below(end), () => {
      body.set(isDated, memory.byte(present));
      body.set(micros, memory.i64(values));
      body.if(isDated.differs(wasDated).or(isDated.and(micros.minus(first).atLeast(hourUs))), () => {
        body.set(start, Number.NaN);
        body.if(isDated, () => body.set(start, micros.float().over(hourUs).floor().times(hourMs)));
        body.if(isDated, () => body.set(first, start.whole().times(1_000)));
        body.set(isWanted, isAmong(body, start, starts, count));
        body.set(wasDated, isDated);
      });
      body.store('byte', wanted, isWanted);
      body.store('f64', hours, start);
      body.add(hours, isWanted.left(3));
      body.add(values, isDated.left(3));
      body.add(present, 1);
      body.add(wanted, 1);
    });
    body.return(hours.minus(to).right(3));
  });
}

/** NaN is among numbers of which one is NaN. */
function isAmong(body: WasmBody, start: Value, starts: Value, count: Value): Value {
  const isThere = body.let('i32', 0);
  const k = body.let('i32', 0);
  body.while(k.below(count), () => {
    const one = memory.f64(starts.plus(k.left(3)));
    const isSame = one.equals(start).or(one.differs(one).and(start.differs(start)));
    body.if(isSame, () => body.set(isThere, 1));
    body.add(k, 1);
  });
  return isThere;
}

function appendedTexts(module: WasmModule, numberOf: Call): void {
  const parameters = { ...page, table: 'i32' } as const;
  module.exported('appendTexts', parameters, (body, { values, present, wanted, rows, to, table }) => {
    const end = body.let('i32', present.plus(rows));
    const length = body.let('i32');
    const number = body.let('i32');
    body.while(present.below(end), () => {
      body.set(number, -1);
      body.set(length, -4);
      body.if(memory.byte(present), () => {
        body.set(length, memory.i32(values));
        body.if(memory.byte(wanted), () => body.set(number, numberOf(table, values.plus(4), length)));
      });
      body.add(values, length.plus(4));
      body.store('i32', to, number);
      body.add(to, memory.byte(wanted).left(2));
      body.add(present, 1);
      body.add(wanted, 1);
    });
    body.return(to);
  });
}

function appendedNumbers(module: WasmModule): void {
  module.exported('appendNumbers', page, (body, { values, present, wanted, rows, to }) => {
    const end = body.let('i32', present.plus(rows));
    const value = body.let('f64');
    body.while(present.below(end), () => {
      body.set(value, Number.NaN);
      body.if(memory.byte(present), () => body.set(value, memory.f64(values)));
      body.store('f64', to, value);
      body.add(values, memory.byte(present).left(3));
      body.add(to, memory.byte(wanted).left(3));
      body.add(present, 1);
      body.add(wanted, 1);
    });
    body.return(to);
  });
}

/** 0 where one that is wanted is beyond 2^53. */
function appendedWhole(module: WasmModule): void {
  module.exported('appendWhole', page, (body, { values, present, wanted, rows, to }) => {
    const end = body.let('i32', present.plus(rows));
    const value = body.let('f64');
    const isSafe = body.let('i32', 1);
    const most = Number.MAX_SAFE_INTEGER;
    body.while(present.below(end), () => {
      body.set(value, Number.NaN);
      body.if(memory.byte(present), () => {
        body.set(value, memory.i64(values).float());
        const isBeyond = memory
          .i64(values)
          .plus(most)
          .above(asValue(2n * BigInt(most), 'i64'));
        body.if(isBeyond.and(memory.byte(wanted)), () => body.set(isSafe, 0));
      });
      body.store('f64', to, value);
      body.add(values, memory.byte(present).left(3));
      body.add(to, memory.byte(wanted).left(3));
      body.add(present, 1);
      body.add(wanted, 1);
    });
    body.return(isSafe);
  });
}

/** A page has a bit for each. */
function appendedBooleans(module: WasmModule): void {
  module.exported('appendBooleans', page, (body, { values, present, wanted, rows, to }) => {
    const end = body.let('i32', present.plus(rows));
    const value = body.let('i32');
    const bit = body.let('i32', 0);
    body.while(present.below(end), () => {
      body.set(value, 2);
      body.if(memory.byte(present), () => {
        body.set(
          value,
          memory
            .byte(values.plus(bit.right(3)))
            .right(bit.and(7))
            .and(1),
        );
        body.add(bit, 1);
      });
      body.store('byte', to, value);
      body.add(to, memory.byte(wanted));
      body.add(present, 1);
      body.add(wanted, 1);
    });
    body.return(to);
  });
}
