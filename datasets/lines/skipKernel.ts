import type { Call, WasmModule } from '../wasm/wasmModule.ts';
import { memory } from '../wasm/wasmValue.ts';
import { afterBlanks, afterColon, codes, literalEnd, odd } from './kernelBytes.ts';
import { kernelPlaces } from './kernelPlaces.ts';

/** The end of a value that no column holds, or `odd`. */
export function skipKernel(module: WasmModule, text: Call, float: Call): Call {
  return module.inner({ at: 'i32', depth: 'i32' }, (body, { at, depth }, itself) => {
    const first = body.let('i32', memory.byte(at));
    body.if(first.equals(codes.quote), () => body.return(text(at, kernelPlaces.nowhere)));
    const isObject = body.let('i32', first.equals(codes.openBrace));
    body.if(isObject.or(first.equals(codes.openBracket)).isZero(), () => {
      const end = body.let('i32', literalEnd(body, at));
      body.if(end.differs(odd), () => body.return(end));
      body.return(float(at, kernelPlaces.nowhere));
    });
    // Deeper values are left to others: the stack of this process is no measure of a line.
    body.if(depth.atLeast(64), () => body.return(odd));
    const close = body.let('i32', isObject.times(codes.closeBrace - codes.closeBracket).plus(codes.closeBracket));
    body.add(at, 1);
    afterBlanks(body, at);
    body.if(memory.byte(at).equals(close), () => body.return(at.plus(1)));
    body.while(true, () => {
      body.if(isObject, () => {
        body.set(at, text(at, kernelPlaces.nowhere));
        body.if(at.equals(odd), () => body.return(odd));
        afterColon(body, at);
      });
      body.set(at, itself(at, depth.plus(1)));
      body.if(at.equals(odd), () => body.return(odd));
      afterBlanks(body, at);
      body.if(memory.byte(at).equals(close), () => body.return(at.plus(1)));
      body.if(memory.byte(at).differs(codes.comma), () => body.return(odd));
      body.add(at, 1);
      afterBlanks(body, at);
    });
  });
}
