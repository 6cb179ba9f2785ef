import { type Call, WasmModule } from '../wasm/wasmModule.ts';
import { memory } from '../wasm/wasmValue.ts';
import { columnKernel } from './columnKernel.ts';
import { fieldKernel } from './fieldKernel.ts';
import { fingerprintKernel } from './fingerprintKernel.ts';
import { instantKernel } from './instantKernel.ts';
import { afterBlanks, afterColon, codes, odd } from './kernelBytes.ts';
import { kernelPlaces, mostPlaces, noColumn, oddColumn } from './kernelPlaces.ts';
import { numberKernel } from './numberKernel.ts';
import { packKernel } from './packKernel.ts';
import { skipKernel } from './skipKernel.ts';
import { textKernel } from './textKernel.ts';

/**
 * What reads lines that are plain into columns, at a rate that JavaScript does not reach: it was three to four times
 * slower. Each value has a place of its own by its row: 8 bytes of a whole number, of a float64, or of a text's address
 * and length; a byte of a boolean. `read` goes on to the end, or to a line that is not plain, where it gives 1.
 * `packed…` put the values that are there one after another, as Parquet's plain encoding has them, and `mix…`
 * make rows' fingerprints of them.
 */
export function lineKernel(): Uint8Array<ArrayBuffer> {
  const module = new WasmModule();
  // The host's: a field that is met for the first time, and numbers of more digits than a float64 has.
  const newField = module.imported('newField', ['i32'], 'i32');
  const hardNumber = module.imported('hardNumber', ['i32', 'i32'], 'f64');
  const text = textKernel(module);
  const numbers = numberKernel(module, hardNumber);
  const instant = instantKernel(module);
  const skipped = skipKernel(module, text, numbers.float);
  const column = columnKernel(module, { text, ...numbers, instant });
  const field = fieldKernel(module, newField);
  const object = objectEnd(module, { field, column, skipped });
  readLines(module, object);
  packKernel(module);
  fingerprintKernel(module);
  return module.assembled();
}

interface ObjectReaders {
  readonly field: Call;
  readonly column: Call;
  readonly skipped: Call;
}

/** The end of the line with an object that begins at a place, or `odd`. */
function objectEnd(module: WasmModule, { field, column, skipped }: ObjectReaders): Call {
  return module.inner({ at: 'i32', row: 'i32', end: 'i32' }, (body, { at, row, end }) => {
    const expected = body.let('i32', kernelPlaces.order);
    const held = body.let('i32');
    const into = body.let('i32');
    body.add(at, 1);
    afterBlanks(body, at);
    body.if(memory.byte(at).differs(codes.closeBrace), () =>
      body.while(true, () => {
        body.if(expected.equals(kernelPlaces.order + 4 * mostPlaces), () => body.return(odd));
        body.set(held, field(at, expected));
        body.add(expected, 4);
        body.if(held.isZero(), () => body.return(odd));
        body.set(into, memory.i32(held.plus(8)));
        body.if(into.equals(oddColumn), () => body.return(odd));
        body.add(at, memory.i32(held.plus(4)));
        afterColon(body, at);
        body.if(
          into.equals(noColumn),
          () => body.set(at, skipped(at, 0)),
          () => body.set(at, column(into, at, row)),
        );
        body.if(at.equals(odd), () => body.return(odd));
        afterBlanks(body, at);
        body.if(memory.byte(at).equals(codes.closeBrace), () => body.break());
        body.if(memory.byte(at).differs(codes.comma), () => body.return(odd));
        body.add(at, 1);
        afterBlanks(body, at);
      }),
    );
    body.add(at, 1);
    afterBlanks(body, at);
    body.if(at.atLeast(end).or(memory.byte(at).equals(codes.lineEnd)), () => body.return(at));
    body.return(odd);
  });
}

/** Reads lines from where `kernelPlaces` says on. `numbers` are the rows' line numbers, i32. */
function readLines(module: WasmModule, object: Call): void {
  const { at: atPlace, row: rowPlace, line: linePlace } = kernelPlaces;
  module.exported('read', { end: 'i32', numbers: 'i32' }, (body, { end, numbers }) => {
    const at = body.let('i32', memory.i32(atPlace));
    const row = body.let('i32', memory.i32(rowPlace));
    const line = body.let('i32', memory.i32(linePlace));
    const from = body.let('i32');
    const last = body.let('i32');
    const isOdd = body.let('i32', 0);
    body.while(at.below(end), () => {
      body.set(from, at);
      afterBlanks(body, from);
      body.if(
        from.atLeast(end).or(memory.byte(from).equals(codes.lineEnd)),
        () => body.set(at, from.plus(1)),
        () => {
          body.set(last, odd);
          body.if(memory.byte(from).equals(codes.openBrace), () => body.set(last, object(from, row, end)));
          body.store('i32', numbers.plus(row.left(2)), line);
          body.set(isOdd, last.equals(odd));
          body.if(isOdd, () => body.break());
          body.set(at, last.plus(1));
          body.add(row, 1);
        },
      );
      body.add(line, 1);
    });
    body.store('i32', atPlace, at);
    body.store('i32', rowPlace, row);
    body.store('i32', linePlace, line);
    body.return(isOdd);
  });
}
