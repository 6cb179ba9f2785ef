import type { Variable, WasmBody } from './wasmBody.ts';
import { asValue, memory, type Operand, type Value } from './wasmValue.ts';

/** 2^64 over the golden ratio, as Fibonacci hashing takes it (Knuth, The Art of Computer Programming, 6.4). */
export const golden = BigInt.asIntN(64, 0x9e3779b97f4a7c15n);

/** Mixes a value of 64 bits into a hash: that of others is another one. */
export function mix(body: WasmBody, hash: Variable, value: Value): void {
  body.set(hash, hash.xor(value).times(golden));
  body.set(hash, hash.xor(hash.right(29)));
}

/** The same of a text's bytes. */
export function mixText(body: WasmBody, hash: Variable, from: Value, length: Value): void {
  eachEight(body, length, (k, mask) => mix(body, hash, memory.i64(from.plus(k)).and(mask)));
}

/** Eight bytes a step, as one number; of the last ones those count that the text has. */
export function eachEight(body: WasmBody, length: Value, work: (k: Value, mask: Operand) => void): void {
  const k = body.let('i32', 0);
  const whole = body.let('i32', length.and(-8));
  body.while(k.below(whole), () => {
    work(k, -1n);
    body.add(k, 8);
  });
  const mask = body.let('i64');
  body.if(length.and(7).differs(0), () => {
    body.set(mask, asValue(1, 'i64').left(length.and(7).left(3).wide()).minus(1));
    work(k, mask);
  });
}
