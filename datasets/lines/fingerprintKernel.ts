import { hourMs } from '../../core/time.ts';
import type { Variable, WasmBody } from '../wasm/wasmBody.ts';
import { golden, mix, mixText } from '../wasm/wasmHash.ts';
import type { WasmModule } from '../wasm/wasmModule.ts';
import { memory, type Value } from '../wasm/wasmValue.ts';

/**
 * Of rows of an hour that follow each other: its start (milliseconds, NaN without an instant), how many they are, and the newest
 * instant (microseconds), all float64 and UTC; and of their fingerprints the sums of the lower and of the upper halves, and
 * all by exclusive or, 64 bits each.
 */
export const hourRecord = { start: 0, rows: 8, newest: 16, low: 24, high: 32, xor: 40, size: 48 } as const;

const column = { values: 'i32', presence: 'i32', rows: 'i32', hashes: 'i32' } as const;

/** Functions that make each row's fingerprint, column by column, and sum them up by hour. They find changes, and protect nothing. */
export function fingerprintKernel(module: WasmModule): void {
  module.exported('mixValues', column, (body, rows) =>
    eachRow(body, rows, 8, (hash, value) => mix(body, hash, memory.i64(value))),
  );
  module.exported('mixBooleans', column, (body, rows) =>
    eachRow(body, rows, 1, (hash, value) => mix(body, hash, memory.byte(value).wide())),
  );
  module.exported('mixTexts', column, (body, rows) => {
    const length = body.let('i32');
    eachRow(body, rows, 8, (hash, value) => {
      body.set(length, memory.i32(value.plus(4)));
      mix(body, hash, length.wide());
      mixText(body, hash, memory.i32(value), length);
    });
  });
  module.exported('mixText', { hashes: 'i32', row: 'i32', from: 'i32', length: 'i32' }, (body, parameters) => {
    const at = body.let('i32', parameters.hashes.plus(parameters.row.left(3)));
    const hash = body.let('i64', memory.i64(at));
    mixText(body, hash, parameters.from, parameters.length);
    body.store('i64', at, hash);
    body.return(0);
  });
  hourRecords(module);
}

/** A null is a value of its own. */
const ofNull = 0x6e756c6c;

function eachRow(
  body: WasmBody,
  { values, presence, rows, hashes }: Record<keyof typeof column, Variable>,
  width: number,
  mixValue: (hash: Variable, value: Value) => void,
): void {
  const end = body.let('i32', presence.plus(rows));
  const hash = body.let('i64');
  body.while(presence.below(end), () => {
    body.set(hash, memory.i64(hashes));
    body.if(
      memory.byte(presence),
      () => mixValue(hash, values),
      () => body.set(hash, hash.plus(ofNull).times(golden)),
    );
    body.store('i64', hashes, hash);
    body.add(hashes, 8);
    body.add(values, width);
    body.add(presence, 1);
  });
  body.return(0);
}

/** Puts a record for each run of rows of one hour at `to`, and gives the end. Instants are microseconds UTC. */
function hourRecords(module: WasmModule): void {
  const hourUs = hourMs * 1_000;
  module.exported('hourRecords', { ...column, to: 'i32' }, (body, { values, presence, rows, hashes, to }) => {
    const end = body.let('i32', presence.plus(rows));
    const record = body.let('i32', to.minus(hourRecord.size));
    const [micros, first, hash] = [body.let('i64'), body.let('i64', 0), body.let('i64')];
    const [isDated, wasDated] = [body.let('i32'), body.let('i32', 2)];
    const start = body.let('f64');
    const add = (to: number, value: Value): void =>
      body.store('i64', record.plus(to), memory.i64(record.plus(to)).plus(value));
    body.while(presence.below(end), () => {
      body.set(isDated, memory.byte(presence));
      body.set(micros, memory.i64(values));
      body.if(isDated.differs(wasDated).or(isDated.and(micros.minus(first).atLeast(hourUs))), () => {
        body.add(record, hourRecord.size);
        for (let k = 0; k < hourRecord.size; k += 8) body.store('i64', record.plus(k), 0);
        body.set(start, micros.float().over(hourUs).floor().times(hourMs));
        body.if(isDated.isZero(), () => body.set(start, Number.NaN));
        body.if(isDated, () => body.set(first, start.whole().times(1_000)));
        body.store('f64', record, start);
        body.store('f64', record.plus(hourRecord.newest), Number.NEGATIVE_INFINITY);
        body.set(wasDated, isDated);
      });
      body.set(hash, memory.i64(hashes).times(golden));
      body.set(hash, hash.xor(hash.right(32)));
      const newest = memory.f64(record.plus(hourRecord.newest));
      body.if(isDated.and(micros.float().above(newest)), () =>
        body.store('f64', record.plus(hourRecord.newest), micros.float()),
      );
      body.store('f64', record.plus(hourRecord.rows), memory.f64(record.plus(hourRecord.rows)).plus(1));
      add(hourRecord.low, hash.and(0xffffffffn));
      add(hourRecord.high, hash.right(32));
      body.store('i64', record.plus(hourRecord.xor), memory.i64(record.plus(hourRecord.xor)).xor(hash));
      body.add(presence, 1);
      body.add(values, 8);
      body.add(hashes, 8);
    });
    body.return(record.plus(hourRecord.size));
  });
}
