import type { Variable, WasmBody } from '../wasm/wasmBody.ts';
import { memory, type Value } from '../wasm/wasmValue.ts';

/** What is no plain JSON. Whoever meets it leaves it to a reader that knows every form. */
export const odd = -1;

export const codes = {
  tab: 0x09,
  lineEnd: 0x0a,
  carriageReturn: 0x0d,
  blank: 0x20,
  quote: 0x22,
  plus: 0x2b,
  comma: 0x2c,
  minus: 0x2d,
  point: 0x2e,
  slash: 0x2f,
  zero: 0x30,
  colon: 0x3a,
  upperT: 0x54,
  upperZ: 0x5a,
  openBracket: 0x5b,
  backslash: 0x5c,
  closeBracket: 0x5d,
  lowerB: 0x62,
  lowerE: 0x65,
  lowerF: 0x66,
  lowerN: 0x6e,
  lowerR: 0x72,
  lowerT: 0x74,
  lowerU: 0x75,
  openBrace: 0x7b,
  closeBrace: 0x7d,
} as const;

/** Moves past the blanks that may stand between two parts of a line. */
export function afterBlanks(body: WasmBody, at: Variable): void {
  const byte = memory.byte(at);
  const isBlank = byte.equals(codes.blank).or(byte.equals(codes.tab)).or(byte.equals(codes.carriageReturn));
  // Nearly all writers leave none.
  body.if(byte.below(codes.blank + 1), () => body.while(isBlank, () => body.add(at, 1)));
}

export function digitOf(byte: Value): Value {
  return byte.minus(codes.zero);
}

/** Moves past digits, each of which is given before. */
export function eachDigit(body: WasmBody, at: Variable, work: (digit: Value) => void): void {
  const digit = body.let('i32');
  body.while(true, () => {
    body.set(digit, digitOf(memory.byte(at)));
    body.if(digit.atLeast(10), () => body.break());
    work(digit);
    body.add(at, 1);
  });
}

/** Ends the function with `odd` where something does not hold. */
export function requires(body: WasmBody, condition: Value): void {
  body.if(condition.isZero(), () => body.return(odd));
}

/** The end of `true`, `false` or `null`, or `odd`. */
export function literalEnd(body: WasmBody, at: Value): Value {
  const end = body.let('i32', odd);
  const four = body.let('i32', memory.i32(at));
  body.if(four.equals(word('true')).or(four.equals(word('null'))), () => body.set(end, at.plus(4)));
  const isFalse = four.equals(word('fals')).and(memory.byte(at.plus(4)).equals(codes.lowerE));
  body.if(isFalse, () => body.set(end, at.plus(5)));
  return end;
}

/** Four letters as one number. */
export function word(letters: string): number {
  return Buffer.from(letters).readInt32LE();
}

/** Past the colon at a place, or the function ends with `odd`. */
export function afterColon(body: WasmBody, at: Variable): void {
  afterBlanks(body, at);
  body.if(memory.byte(at).differs(codes.colon), () => body.return(odd));
  body.add(at, 1);
  afterBlanks(body, at);
}
