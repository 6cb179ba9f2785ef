import { eachEight, golden, mixText } from '../wasm/wasmHash.ts';
import type { Call, WasmModule } from '../wasm/wasmModule.ts';
import { memory, type Value } from '../wasm/wasmValue.ts';
import { hourPlaces, table as places } from './hourPlaces.ts';

/** The number of a text in a table, in which it is put where it is new. */
export function textTable(module: WasmModule): Call {
  const hashOf = textHash(module);
  const slotOf = textSlot(module);
  const grow = grownTable(module);
  // `find` gives the same of a text that may not be there: then -1.
  module.exported('find', { table: 'i32', from: 'i32', length: 'i32' }, (body, { table, from, length }) => {
    body.return(memory.i32(slotOf(table, hashOf(from, length), from, length)).minus(1));
  });
  return module.inner({ table: 'i32', from: 'i32', length: 'i32' }, (body, { table, from, length }) => {
    const hash = body.let('i32', hashOf(from, length));
    const slot = body.let('i32', slotOf(table, hash, from, length));
    const number = body.let('i32', memory.i32(slot));
    body.if(number.differs(0), () => body.return(number.minus(1)));
    body.set(number, memory.i32(table));
    const arena = body.let('i32', memory.i32(hourPlaces.arena));
    body.store('i32', ofNumber(table, places.starts, number), arena);
    body.store('i32', ofNumber(table, places.lengths, number), length);
    body.store('i32', ofNumber(table, places.hashes, number), hash);
    body.copy(arena, from, length);
    body.store('i32', hourPlaces.arena, arena.plus(length));
    body.if(length.above(memory.i32(hourPlaces.longest)), () => body.store('i32', hourPlaces.longest, length));
    body.store('i32', slot, number.plus(1));
    body.store('i32', table, number.plus(1));
    body.if(number.left(1).above(memory.i32(table.plus(places.mask))), () => body.set(slot, grow(table)));
    body.return(number);
  });
}

/** Where a table has something of a text. */
export function ofNumber(table: Value, what: number, number: Value): Value {
  return memory.i32(table.plus(what)).plus(number.left(2));
}

function textHash(module: WasmModule): Call {
  return module.inner({ from: 'i32', length: 'i32' }, (body, { from, length }) => {
    const hash = body.let('i64', length.wide());
    mixText(body, hash, from, length);
    body.return(hash.times(golden).right(32).narrow());
  });
}

/** Where a text's number is or would be. */
function textSlot(module: WasmModule): Call {
  const parameters = { table: 'i32', hash: 'i32', from: 'i32', length: 'i32' } as const;
  return module.inner(parameters, (body, { table, hash, from, length }) => {
    const mask = body.let('i32', memory.i32(table.plus(places.mask)));
    const slots = body.let('i32', memory.i32(table.plus(places.slots)));
    const slot = body.let('i32', hash.and(mask));
    const held = body.let('i32');
    const start = body.let('i32');
    const isSame = body.let('i32');
    body.while(true, () => {
      body.set(held, memory.i32(slots.plus(slot.left(2))));
      body.if(held.isZero(), () => body.break());
      body.add(held, -1);
      const isAlike = memory.i32(ofNumber(table, places.hashes, held)).equals(hash);
      body.set(isSame, isAlike.and(memory.i32(ofNumber(table, places.lengths, held)).equals(length)));
      body.if(isSame, () => {
        body.set(start, memory.i32(ofNumber(table, places.starts, held)));
        eachEight(body, length, (k, bits) => {
          const differs = memory
            .i64(start.plus(k))
            .xor(memory.i64(from.plus(k)))
            .and(bits);
          body.if(differs.differs(0), () => body.set(isSame, 0));
        });
        body.if(isSame, () => body.break());
      });
      body.set(slot, slot.plus(1).and(mask));
    });
    body.return(slots.plus(slot.left(2)));
  });
}

/** Twice as many places. */
function grownTable(module: WasmModule): Call {
  return module.inner({ table: 'i32' }, (body, { table }) => {
    const mask = body.let('i32', memory.i32(table.plus(places.mask)).left(1).or(1));
    const slots = body.let('i32', memory.i32(table.plus(places.slots)));
    const number = body.let('i32', 0);
    const slot = body.let('i32');
    body.store('i32', table.plus(places.mask), mask);
    body.clear(slots, mask.plus(1).left(2));
    body.while(number.below(memory.i32(table)), () => {
      body.set(slot, memory.i32(ofNumber(table, places.hashes, number)).and(mask));
      body.while(memory.i32(slots.plus(slot.left(2))).differs(0), () => body.set(slot, slot.plus(1).and(mask)));
      body.add(number, 1);
      body.store('i32', slots.plus(slot.left(2)), number);
    });
    body.return(0);
  });
}
