import type { WasmBody } from '../wasm/wasmBody.ts';
import type { Call, WasmModule } from '../wasm/wasmModule.ts';
import { bytes16, memory, type Operand } from '../wasm/wasmValue.ts';
import { codes, odd } from './kernelBytes.ts';
import { kernelPlaces } from './kernelPlaces.ts';

/** The end of a text in quotes, whose address and length are put at `place`, or `odd`. Of one with escapes it is that of what they stand for. */
export function textKernel(module: WasmModule): Call {
  const decoded = decodedText(module);
  return module.inner({ at: 'i32', place: 'i32' }, (body, { at, place }) => {
    body.if(memory.byte(at).differs(codes.quote), () => body.return(odd));
    const end = body.let('i32', at.plus(1));
    const found = body.let('i32');
    const chunk = body.let('v128');
    body.while(true, () => {
      body.set(chunk, memory.v128(end));
      const isQuote = chunk.same(bytes16(codes.quote));
      const isOther = chunk.same(bytes16(codes.backslash)).or(chunk.less(bytes16(codes.blank)));
      body.set(found, isQuote.or(isOther).bits());
      body.if(found.differs(0), () => body.break());
      body.add(end, 16);
    });
    body.add(end, found.zeros());
    body.set(found, memory.byte(end));
    body.if(found.equals(codes.backslash), () => body.return(decoded(at, place)));
    body.if(found.differs(codes.quote), () => body.return(odd));
    putText(body, place, at.plus(1), end.minus(at).minus(1));
    body.return(end.plus(1));
  });
}

function putText(body: WasmBody, place: Operand, from: Operand, length: Operand): void {
  const at = body.let('i32', place);
  body.store('i32', at, from);
  body.store('i32', at.plus(4), length);
}

/** The same of a text with escapes. Half a surrogate pair and U+0000 are odd. */
function decodedText(module: WasmModule): Call {
  const unitAt = escapedUnit(module);
  const { decoded } = kernelPlaces;
  return module.inner({ at: 'i32', place: 'i32' }, (body, { at, place }) => {
    const start = body.let('i32', memory.i32(decoded));
    const to = body.let('i32', start);
    const from = body.let('i32', at.plus(1));
    const byte = body.let('i32');
    const unit = body.let('i32');
    const low = body.let('i32');
    const put = (value: Operand): void => {
      body.store('byte', to, value);
      body.add(to, 1);
    };
    body.while(true, () => {
      body.set(byte, memory.byte(from));
      body.add(from, 1);
      body.if(byte.equals(codes.quote), () => body.break());
      body.if(byte.below(codes.blank), () => body.return(odd));
      body.if(byte.differs(codes.backslash), () => {
        put(byte);
        body.continue();
      });
      body.set(byte, memory.byte(from));
      body.add(from, 1);
      for (const [letter, stands] of simpleEscapes) {
        body.if(byte.equals(letter), () => {
          put(stands);
          body.continue();
        });
      }
      body.if(byte.differs(codes.lowerU), () => body.return(odd));
      body.set(unit, unitAt(from));
      body.add(from, 4);
      body.if(unit.equals(odd).or(unit.isZero()), () => body.return(odd));
      body.if(unit.and(0xfc00).equals(0xdc00), () => body.return(odd));
      body.if(unit.and(0xfc00).equals(0xd800), () => {
        body.if(memory.byte(from).differs(codes.backslash), () => body.return(odd));
        body.if(memory.byte(from.plus(1)).differs(codes.lowerU), () => body.return(odd));
        body.set(low, unitAt(from.plus(2)));
        body.if(low.equals(odd).or(low.and(0xfc00).differs(0xdc00)), () => body.return(odd));
        body.add(from, 6);
        body.set(
          unit,
          unit
            .minus(0xd800)
            .left(10)
            .plus(low)
            .minus(0xdc00 - 0x10000),
        );
      });
      putCharacter(body, unit, put);
    });
    body.store('i32', decoded, to);
    putText(body, place, start, to.minus(start));
    body.return(from);
  });
}

const simpleEscapes = [
  [codes.quote, codes.quote],
  [codes.backslash, codes.backslash],
  [codes.slash, codes.slash],
  [codes.lowerB, 0x08],
  [codes.lowerF, 0x0c],
  [codes.lowerN, 0x0a],
  [codes.lowerR, 0x0d],
  [codes.lowerT, 0x09],
] as const;

/** The UTF-16 unit of four digits of base 16, or `odd`. */
function escapedUnit(module: WasmModule): Call {
  return module.inner({ at: 'i32' }, (body, { at }) => {
    const unit = body.let('i32', 0);
    const digit = body.let('i32');
    const end = body.let('i32', at.plus(4));
    body.while(at.below(end), () => {
      body.set(digit, memory.byte(at).minus(codes.zero));
      // Letters, small or large.
      body.if(digit.above(9), () => {
        body.set(digit, memory.byte(at).or(0x20).minus(0x61).plus(10));
        body.if(digit.minus(10).above(5), () => body.return(odd));
      });
      body.set(unit, unit.left(4).or(digit));
      body.add(at, 1);
    });
    body.return(unit);
  });
}

/** A character in UTF-8. */
function putCharacter(body: WasmBody, unit: ReturnType<WasmBody['let']>, put: (value: Operand) => void): void {
  const rest = (bits: number): void => put(unit.right(bits).and(0x3f).or(0x80));
  body.if(unit.below(0x80), () => {
    put(unit);
    body.continue();
  });
  body.if(unit.below(0x800), () => {
    put(unit.right(6).or(0xc0));
    rest(0);
    body.continue();
  });
  body.if(unit.below(0x10000), () => {
    put(unit.right(12).or(0xe0));
    rest(6);
    rest(0);
    body.continue();
  });
  put(unit.right(18).or(0xf0));
  for (const bits of [12, 6, 0]) rest(bits);
}
