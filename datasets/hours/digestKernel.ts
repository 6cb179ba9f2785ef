import { md5Steps } from '../../core/sketches/md5.ts';
import type { Variable, WasmBody } from '../wasm/wasmBody.ts';
import type { Call, WasmModule } from '../wasm/wasmModule.ts';
import { memory, type Value } from '../wasm/wasmValue.ts';
import { hourPlaces, table as places } from './hourPlaces.ts';
import { ofNumber } from './textTable.ts';

/** Functions that put the first 32 bits of the MD5 of values at `to`, one after another. */
export function digestKernel(module: WasmModule): void {
  const start = md5Start(module);
  textStarts(module, start);
  wholeStarts(module, start);
}

const { block } = hourPlaces;

/** Of some of a table's texts; what has more than 55 bytes is left out. */
function textStarts(module: WasmModule, start: Call): void {
  const parameters = { table: 'i32', numbers: 'i32', count: 'i32', to: 'i32' } as const;
  module.exported('textStarts', parameters, (body, { table, numbers, count, to }) => {
    const [k, number, length] = [body.let('i32', 0), body.let('i32'), body.let('i32')];
    body.while(k.below(count), () => {
      body.set(number, memory.i32(numbers.plus(k.left(2))));
      body.set(length, memory.i32(ofNumber(table, places.lengths, number)));
      body.if(length.below(56), () => {
        clearBlock(body);
        body.copy(body.let('i32', block), memory.i32(ofNumber(table, places.starts, number)), length);
        // What was copied behind it.
        for (const k of [0, 8]) body.store('i64', length.plus(block + k), 0);
        body.store('i32', to.plus(k.left(2)), start(length));
      });
      body.add(k, 1);
    });
    body.return(to);
  });
}

/** Of the digits of whole numbers below 2^53. */
function wholeStarts(module: WasmModule, start: Call): void {
  module.exported('wholeStarts', { values: 'i32', count: 'i32', to: 'i32' }, (body, { values, count, to }) => {
    const [k, digit, at] = [body.let('i32', 0), body.let('i32'), body.let('i32')];
    const [length, isNegative] = [body.let('i32'), body.let('i32')];
    const [size, tenth, power] = [body.let('i64'), body.let('i64'), body.let('i64')];
    body.while(k.below(count), () => {
      const value = memory.f64(values.plus(k.left(3)));
      body.set(isNegative, value.below(0));
      body.set(size, value.size().whole());
      body.set(length, isNegative.plus(1));
      body.set(power, 10);
      body.while(size.atLeast(power), () => {
        body.set(power, power.times(10));
        body.add(length, 1);
      });
      clearBlock(body);
      body.store('byte', block, 0x2d);
      body.set(at, length.plus(block));
      body.while(at.above(isNegative.plus(block)), () => {
        body.set(tenth, size.over(10));
        body.set(digit, size.minus(tenth.times(10)).narrow());
        body.add(at, -1);
        body.store('byte', at, digit.plus(0x30));
        body.set(size, tenth);
      });
      body.store('i32', to.plus(k.left(2)), start(length));
      body.add(k, 1);
    });
    body.return(to);
  });
}

/** Of the bytes of the block, which are fewer than 56, with zeros behind them (RFC 1321). */
function md5Start(module: WasmModule): Call {
  return module.inner({ length: 'i32' }, (body, { length }) => {
    body.store('byte', length.plus(block), 0x80);
    body.store('i32', block + 56, length.left(3));
    const words = Array.from({ length: 16 }, (_, k) => body.let('i32', memory.i32(block + 4 * k)));
    let [a, b, c, d] = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476].map((held) =>
      body.let('i32', held),
    ) as [Variable, Variable, Variable, Variable];
    const first = a;
    for (const { round, word, turn, sine } of md5Steps) {
      const sum = a
        .plus(chosen(round, b, c, d))
        .plus(words[word] ?? 0)
        .plus(sine);
      body.set(a, sum.turned(turn).plus(b));
      [a, b, c, d] = [d, a, b, c];
    }
    body.set(first, first.plus(0x67452301));
    body.return(swapped(first));
  });
}

function chosen(round: number, b: Value, c: Value, d: Value): Value {
  if (round === 0) return d.xor(b.and(c.xor(d)));
  if (round === 1) return c.xor(d.and(b.xor(c)));
  return round === 2 ? b.xor(c).xor(d) : c.xor(b.or(d.xor(-1)));
}

function swapped(word: Value): Value {
  const outer = word.left(24).or(word.right(24));
  return outer.or(word.and(0xff00).left(8)).or(word.right(8).and(0xff00));
}

/** Written out: a call would take longer. */
function clearBlock(body: WasmBody): void {
  for (let k = 0; k < 64; k += 8) body.store('i64', block + k, 0);
}
