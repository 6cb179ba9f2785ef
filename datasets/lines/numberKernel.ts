import type { WasmBody } from '../wasm/wasmBody.ts';
import type { Call, WasmModule } from '../wasm/wasmModule.ts';
import { memory, type Value } from '../wasm/wasmValue.ts';
import { codes, eachDigit, odd } from './kernelBytes.ts';
import { kernelPlaces } from './kernelPlaces.ts';

/** The ends of a whole number and of a float64, which are put at `place`, or `odd`. */
export function numberKernel(module: WasmModule, hardNumber: Call): { readonly whole: Call; readonly float: Call } {
  return { whole: wholeNumber(module), float: floatNumber(module, hardNumber) };
}

/** Of 18 digits at most, so that it is one of 64 bits; without a point and a power. */
function wholeNumber(module: WasmModule): Call {
  return module.inner({ at: 'i32', place: 'i32' }, (body, { at, place }) => {
    const isNegative = body.let('i32', memory.byte(at).equals(codes.minus));
    const from = body.let('i32', at.plus(isNegative));
    const end = body.let('i32', from);
    const value = body.let('i64', 0);
    eachDigit(body, end, (digit) => body.set(value, value.times(10).plus(digit.wide())));
    const count = body.let('i32', end.minus(from));
    body.if(count.minus(1).above(17).or(hasNeedlessZero(from, count)), () => body.return(odd));
    body.if(isPower(end).or(memory.byte(end).equals(codes.point)), () => body.return(odd));
    body.if(isNegative, () => body.set(value, value.times(-1)));
    body.store('i64', place, value);
    body.return(end);
  });
}

function hasNeedlessZero(from: Value, count: Value): Value {
  return count.above(1).and(memory.byte(from).equals(codes.zero));
}

function isPower(at: Value): Value {
  return memory.byte(at).or(0x20).equals(codes.lowerE);
}

/**
 * Of 15 digits at most and no power both the digits and the power of ten that they are divided by are exact, so that
 * their quotient is the float64 nearest to the number (Clinger 1990). Others are the host's. Adding 0 makes -0 a 0.
 * Numbers at the ends of what a float64 holds are odd.
 */
function floatNumber(module: WasmModule, hardNumber: Call): Call {
  return module.inner({ at: 'i32', place: 'i32' }, (body, { at, place }) => {
    const isNegative = body.let('i32', memory.byte(at).equals(codes.minus));
    const from = body.let('i32', at.plus(isNegative));
    const end = body.let('i32', from);
    const whole = body.let('i64', 0);
    const places = body.let('i32', 0);
    const addDigit = (digit: Value): void => body.set(whole, whole.times(10).plus(digit.wide()));
    eachDigit(body, end, addDigit);
    const count = body.let('i32', end.minus(from));
    body.if(count.isZero().or(hasNeedlessZero(from, count)), () => body.return(odd));
    body.if(memory.byte(end).equals(codes.point), () => {
      body.add(end, 1);
      const start = body.let('i32', end);
      eachDigit(body, end, addDigit);
      body.set(places, end.minus(start));
      body.if(places.isZero(), () => body.return(odd));
    });
    const value = body.let('f64');
    const isHard = body.let('i32', count.plus(places).above(15));
    body.if(isPower(end), () => {
      body.set(isHard, 1);
      powerEnd(body, end);
    });
    body.if(
      isHard,
      () => body.set(value, hardNumber(at, end)),
      () => {
        body.set(value, whole.float().over(memory.f64(places.left(3).plus(kernelPlaces.powers))));
        body.if(isNegative, () => body.set(value, value.negative()));
      },
    );
    body.if(value.size().above(1e300), () => body.return(odd));
    body.store('f64', place, value.plus(0));
    body.return(end);
  });
}

/** A power of three digits may be no finite number. */
function powerEnd(body: WasmBody, end: ReturnType<WasmBody['let']>): void {
  body.add(end, 1);
  const sign = memory.byte(end);
  body.if(sign.equals(codes.minus).or(sign.equals(codes.plus)), () => body.add(end, 1));
  const start = body.let('i32', end);
  eachDigit(body, end, () => {});
  body.if(end.minus(start).minus(1).above(1), () => body.return(odd));
}
