import type { ColumnType } from '../../core/contractPlan.ts';
import { kernelTypes } from '../lines/kernelPlaces.ts';
import { GrowingMemory, mostBytes, whole16 } from '../wasm/growingMemory.ts';
import { type CompiledModule, compiledModule, instanceOf } from '../wasm/wasmInstance.ts';
import { hourKernel } from './hourKernel.ts';
import { columnSize, hourPlaces, mostColumns, slotsAtFirst, table, tableSize } from './hourPlaces.ts';

type Function = (...numbers: readonly number[]) => number;

interface Kernel {
  readonly find: Function;
  readonly picked: Function;
  readonly appendTexts: Function;
  readonly appendNumbers: Function;
  readonly appendWhole: Function;
  readonly appendBooleans: Function;
  readonly textBytes: Function;
  readonly gatherTexts: Function;
  readonly gatherNumbers: Function;
  readonly gatherWhole: Function;
  readonly gatherBooleans: Function;
  readonly contentLines: Function;
  readonly textStarts: Function;
  readonly wholeStarts: Function;
}

/** Where a column's values lie, and of texts their table. */
export interface HourColumn {
  readonly type: ColumnType;
  readonly values: number;
  readonly table: number;
}

/** The memory of the kernel of hours, which lasts from hours to hours. */
export class HourMemory extends GrowingMemory {
  readonly kernel: Kernel;
  private end = 0;

  constructor() {
    super();
    const hardDecimal = (value: number, to: number): number => {
      const text = String(value);
      return to + this.bytes.write(`${text.length}:${text}`, to, 'latin1');
    };
    this.kernel = instanceOf<Kernel>(compiled(), { memory: this.memory, hardDecimal });
    this.floats.set(powersOfTen, hourPlaces.powers / 8);
  }

  /** Columns of so many rows without a value yet; undefined where they find no place. What was there is gone. */
  columns(types: readonly ColumnType[], rows: number): readonly HourColumn[] | undefined {
    if (types.length > mostColumns) return undefined;
    this.end = hourPlaces.free;
    const columns = types.map((type): HourColumn => {
      const values = this.place(rows * width(type) + 8);
      return { type, values, table: type === 'string' ? this.table(rows) : 0 };
    });
    if (this.end > mostBytes) return undefined;
    for (const { table: at } of columns) {
      if (at === 0) continue;
      const slots = this.word(at + table.slots);
      this.bytes.fill(0, slots, slots + slotsAtFirst * 4);
    }
    return columns;
  }

  /** A place beside the columns, to be asked for before the first text comes. */
  place(bytes: number): number {
    const at = this.end;
    this.end = whole16(at + bytes);
    this.reserve(Math.min(this.end, mostBytes));
    this.setWord(hourPlaces.arena, this.end);
    return at;
  }

  /** A place behind all else, for what is needed now alone. */
  passing(bytes: number): number {
    const at = whole16(this.word(hourPlaces.arena) + 16);
    this.reserve(at + bytes);
    return at;
  }

  /** Of whole numbers the first 32 bits of the MD5 of their digits, in memory that the next ones are written to. */
  wholeStarts(values: Float64Array): Uint32Array {
    const at = this.passing(values.length * 12);
    const to = at + values.length * 8;
    this.floats.set(values, at / 8);
    this.kernel.wholeStarts(at, values.length, to);
    return new Uint32Array(this.buffer, to, values.length);
  }

  /** Tells the kernel of columns whose contents it is to write. */
  describe(columns: readonly HourColumn[], nullable: readonly boolean[]): void {
    for (const [k, { type, values, table }] of columns.entries()) {
      const described = [kernelTypes[type], values, table, nullable[k] === true ? 1 : 0];
      this.words.set(described, (hourPlaces.columns + k * columnSize) >> 2);
    }
  }

  private table(rows: number): number {
    const slots = Math.max(2 ** Math.ceil(Math.log2(2 * rows + 2)), slotsAtFirst);
    const at = this.place(tableSize);
    const places = [this.place(slots * 4), ...[0, 1, 2].map(() => this.place(rows * 4 + 4))];
    this.words.set([0, slotsAtFirst - 1, ...places], at >> 2);
    return at;
  }
}

const powersOfTen = Array.from({ length: 7 }, (_, power) => 10 ** power);

function width(type: ColumnType): number {
  return type === 'string' ? 4 : type === 'boolean' ? 1 : 8;
}

let module: CompiledModule | undefined;

function compiled(): CompiledModule {
  module ??= compiledModule(hourKernel());
  return module;
}
