import { kernelTypes } from '../lines/kernelPlaces.ts';
import type { Variable, WasmBody } from '../wasm/wasmBody.ts';
import type { Call, WasmModule } from '../wasm/wasmModule.ts';
import { memory, type Operand, type Value } from '../wasm/wasmValue.ts';
import { columnSize, hourPlaces, table as places } from './hourPlaces.ts';
import { ofNumber } from './textTable.ts';

const [lineEnd, blank, colon, dash, point, zero] = [0x0a, 0x20, 0x3a, 0x2d, 0x2e, 0x30];

/**
 * Puts rows at `to` as lines, as `contentLine` says it in SQL, until there are so many bytes; gives the next row, or -1
 * where a number is one that SQL writes with a power of ten. `hardDecimal` puts numbers of more than six places.
 */
export function contentKernel(module: WasmModule, hardDecimal: Call): void {
  const put = putters(module, hardDecimal);
  const parameters = { count: 'i32', rows: 'i32', next: 'i32', end: 'i32', to: 'i32', limit: 'i32' } as const;
  module.exported('contentLines', parameters, (body, { count, rows, next, end, to, limit }) => {
    const last = body.let('i32', count.times(columnSize).plus(hourPlaces.columns));
    const [row, column] = [body.let('i32'), body.let('i32')];
    body.while(next.below(end).and(to.below(limit)), () => {
      body.set(row, memory.i32(rows.plus(next.left(2))));
      body.if(next.differs(0), () => putByte(body, to, lineEnd));
      body.set(column, hourPlaces.columns);
      body.while(column.below(last), () => {
        body.if(column.differs(hourPlaces.columns), () => putByte(body, to, blank));
        putValue(body, put, { column, row, to });
        body.if(to.isZero(), () => body.return(-1));
        body.add(column, columnSize);
      });
      body.add(next, 1);
    });
    body.store('i32', hourPlaces.contentEnd, to);
    body.return(next);
  });
}

interface Putters {
  readonly text: Call;
  readonly whole: Call;
  readonly decimal: Call;
}

function putters(module: WasmModule, hardDecimal: Call): Putters {
  const digits = putDigits(module);
  return {
    text: putText(module, digits),
    whole: putWhole(module, digits),
    decimal: putDecimal(module, digits, hardDecimal),
  };
}

interface Place {
  readonly column: Value;
  readonly row: Value;
  readonly to: Variable;
}

/** `to` is 0 where the value cannot be put. Where null only warns, SQL has a length of nothing before nothing. */
function putValue(body: WasmBody, put: Putters, { column, row, to }: Place): void {
  const type = body.let('i32', memory.i32(column));
  const values = body.let('i32', memory.i32(column.plus(4)));
  const isThere = body.let('i32');
  const of = (name: keyof typeof kernelTypes, write: () => void): void =>
    body.if(type.equals(kernelTypes[name]), write);
  of('string', () => {
    const number = body.let('i32', memory.i32(values.plus(row.left(2))));
    body.set(isThere, number.differs(-1));
    body.if(isThere, () => body.set(to, put.text(memory.i32(column.plus(8)), number, to)));
  });
  of('boolean', () => {
    const value = body.let('i32', memory.byte(values.plus(row)));
    body.set(isThere, value.differs(2));
    body.if(isThere, () => {
      body.store('i64', to, word('5:false'));
      body.if(value, () => body.store('i64', to, word('4:true')));
      body.add(to, value.xor(7));
    });
  });
  body.if(type.equals(kernelTypes.boolean).or(type.equals(kernelTypes.string)).isZero(), () => {
    const value = body.let('f64', memory.f64(values.plus(row.left(3))));
    body.set(isThere, value.equals(value));
    body.if(isThere, () =>
      body.if(
        type.equals(kernelTypes.number),
        () => body.set(to, put.decimal(value, to)),
        () => body.set(to, put.whole(value, to)),
      ),
    );
  });
  body.if(isThere.isZero(), () => {
    body.store('byte', to, colon);
    body.if(memory.i32(column.plus(12)), () => body.store('byte', to, dash));
    body.add(to, 1);
  });
}

/** Up to eight letters as one number. */
function word(letters: string): bigint {
  return Buffer.from(letters.padEnd(8, '\0')).readBigInt64LE();
}

function putByte(body: WasmBody, to: Variable, byte: Operand): void {
  body.store('byte', to, byte);
  body.add(to, 1);
}

function putText(module: WasmModule, digits: Call): Call {
  return module.inner({ table: 'i32', number: 'i32', to: 'i32' }, (body, { table, number, to }) => {
    const length = body.let('i32', memory.i32(ofNumber(table, places.lengths, number)));
    putLength(body, digits, to, length);
    body.copy(to, memory.i32(ofNumber(table, places.starts, number)), length);
    body.return(to.plus(length));
  });
}

function putLength(body: WasmBody, digits: Call, to: Variable, length: Value): void {
  body.if(
    length.below(10),
    () => putByte(body, to, length.plus(zero)),
    () => body.set(to, digits(length.wide(), digitsOf(body, length.wide()), to)),
  );
  putByte(body, to, colon);
}

/** How many digits a whole number has. */
function digitsOf(body: WasmBody, value: Value): Variable {
  const count = body.let('i32', 1);
  const power = body.let('i64', 10);
  body.while(value.atLeast(power), () => {
    body.set(power, power.times(10));
    body.add(count, 1);
  });
  return count;
}

/** Digits of a whole number, with zeros before them where it has fewer. */
function putDigits(module: WasmModule): Call {
  return module.inner({ value: 'i64', count: 'i32', to: 'i32' }, (body, { value, count, to }) => {
    const at = body.let('i32', to.plus(count));
    const [low, left, tenth] = [body.let('i32'), body.let('i32', count), body.let('i32')];
    const portion = body.let('i32');
    const rest = body.let('i64');
    body.while(left.differs(0), () => {
      // Eight digits at a time, because those of a short number take a tenth of the time.
      body.set(portion, left);
      body.set(rest, 0);
      body.if(left.above(8), () => {
        body.set(portion, 8);
        body.set(rest, value.over(100_000_000));
      });
      body.set(low, value.minus(rest.times(100_000_000)).narrow());
      body.set(value, rest);
      body.set(left, left.minus(portion));
      body.while(portion.differs(0), () => {
        body.set(tenth, low.over(10));
        body.add(at, -1);
        body.store('byte', at, low.minus(tenth.times(10)).plus(zero));
        body.set(low, tenth);
        body.add(portion, -1);
      });
    });
    body.return(to.plus(count));
  });
}

function putWhole(module: WasmModule, digits: Call): Call {
  return module.inner({ value: 'f64', to: 'i32' }, (body, { value, to }) => {
    const isNegative = body.let('i32', value.below(0));
    const size = body.let('i64', value.size().whole());
    const count = digitsOf(body, size);
    putLength(body, digits, to, count.plus(isNegative));
    body.if(isNegative, () => putByte(body, to, dash));
    body.return(digits(size, count, to));
  });
}

/** A float64 as SQL writes it, in the fewest digits that tell it; 0 where that takes a power of ten. */
function putDecimal(module: WasmModule, digits: Call, hardDecimal: Call): Call {
  return module.inner({ value: 'f64', to: 'i32' }, (body, { value, to }) => {
    const size = body.let('f64', value.size());
    body.if(size.atLeast(1e15).or(size.below(1e-4).and(size.differs(0))), () => body.return(0));
    const places = body.let('i32', 0);
    const [scaled, power] = [body.let('f64'), body.let('f64')];
    body.while(true, () => {
      body.if(places.above(6), () => body.return(hardDecimal(value, to)));
      body.set(power, memory.f64(places.left(3).plus(hourPlaces.powers)));
      body.set(scaled, size.times(power).nearest());
      // Of 15 digits there is one decimal at most that reads as a float64, and both sides of the quotient are exact.
      body.if(scaled.below(1e15).and(scaled.over(power).equals(size)), () => body.break());
      body.add(places, 1);
    });
    const all = body.let('i64', scaled.whole());
    const whole = body.let('i64', all.over(power.whole()));
    const count = digitsOf(body, whole);
    const isNegative = body.let('i32', value.below(0));
    const after = body.let('i32', places.plus(places.isZero()));
    putLength(body, digits, to, count.plus(after).plus(isNegative).plus(1));
    body.if(isNegative, () => putByte(body, to, dash));
    body.set(to, digits(whole, count, to));
    putByte(body, to, point);
    body.return(digits(all.minus(whole.times(power.whole())), after, to));
  });
}
