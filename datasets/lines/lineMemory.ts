import type { ColumnPlan } from '../../core/contractPlan.ts';
import type { ParquetValues } from '../sources/plainParquet.ts';
import { GrowingMemory, mostBytes, whole16 } from '../wasm/growingMemory.ts';
import { type CompiledModule, compiledModule, instanceOf } from '../wasm/wasmInstance.ts';
import { FieldNames } from './fieldNames.ts';
import { hourRecord } from './fingerprintKernel.ts';
import { columnSize, kernelPlaces, kernelTypes, mostColumns } from './kernelPlaces.ts';
import { lineKernel } from './lineKernel.ts';
import { type Place, pickedValues, rowsWithout } from './pickedRows.ts';

export interface OddLine {
  readonly row: number;
  readonly text: Uint8Array;
}

/** A value of a row: of a date its microseconds UTC. */
export interface OtherValue {
  readonly row: number;
  readonly value: bigint | number | string | boolean;
}

interface Kernel {
  readonly lineEnds: (at: number, end: number) => number;
  readonly read: (end: number, numbers: number) => number;
  readonly packedTexts: Pack;
  readonly packed8: Pack;
  readonly packed1: Pack;
  readonly mixValues: Pack;
  readonly mixBooleans: Pack;
  readonly mixTexts: Pack;
  readonly mixText: (hashes: number, row: number, from: number, length: number) => number;
  readonly hourRecords: (values: number, presence: number, rows: number, hashes: number, to: number) => number;
}

type Pack = (values: number, presence: number, rows: number, to: number) => number;

/** The memory of the kernel that reads lines, which lasts from block to block. */
export class LineMemory extends GrowingMemory {
  private readonly kernel: Kernel;
  private columns: readonly Place[] = [];
  private readonly names = new FieldNames(this);
  private end = 0;
  private numbers = 0;
  private hashes = 0;
  private free = 0;

  constructor() {
    super();
    const newField = (at: number): number => this.names.add(at);
    const hardNumber = (at: number, end: number): number => Number(this.bytes.toString('latin1', at, end));
    const host = { memory: this.memory, newField, hardNumber };
    this.kernel = instanceOf<Kernel>(compiled(), host);
    this.floats.set(powersOfTen, kernelPlaces.powers / 8);
  }

  /** Rows that were read. */
  get rows(): number {
    return this.word(kernelPlaces.row);
  }

  /** Copies a block in, to read it; false where there is too little memory for its lines. */
  take(block: Uint8Array, plans: readonly ColumnPlan[]): boolean {
    if (plans.length > mostColumns) return false;
    this.end = kernelPlaces.lines + block.length;
    this.reserve(this.end + 64);
    this.bytes.set(block, kernelPlaces.lines);
    this.bytes.fill(0, this.end, this.end + 64);
    const rows = this.kernel.lineEnds(kernelPlaces.lines, this.end) + 1;
    // Texts that had escapes are written beside the lines, and are no longer than they were.
    const from = whole16(this.end + 64 + block.length);
    const columnBytes = whole16(rows) * 9;
    this.numbers = from + plans.length * columnBytes;
    this.hashes = whole16(this.numbers + rows * 4);
    this.free = this.hashes + whole16(rows * 8);
    const size = this.free + mostPacked(block.length, rows);
    if (size > mostBytes) return false;
    this.reserve(size);
    this.columns = plans.map(({ type }, k) => {
      const values = from + k * columnBytes;
      return { type, values, presence: values + whole16(rows) * 8 };
    });
    this.names.begin(plans);
    this.begin(rows);
    return true;
  }

  /** Reads on to the end, or to a line that is not plain; whether there is one. */
  readOn(): boolean {
    return this.kernel.read(this.end, this.numbers) === 1;
  }

  /** The line that is not plain becomes a row without values. */
  passOver(): OddLine {
    const [at, row] = [this.word(kernelPlaces.at), this.rows];
    const end = this.bytes.indexOf(0x0a, at);
    const text = Buffer.from(this.bytes.subarray(at, end < 0 || end > this.end ? this.end : end));
    for (const { presence } of this.columns) this.bytes[presence + row] = 0;
    this.setWord(kernelPlaces.at, at + text.length + 1);
    this.setWord(kernelPlaces.row, row + 1);
    this.setWord(kernelPlaces.line, this.word(kernelPlaces.line) + 1);
    return { row, text };
  }

  lines(): Int32Array {
    return new Int32Array(this.buffer, this.numbers, this.rows);
  }

  /** As Parquet has them, with those of other rows; to be asked for once, column by column. */
  values(k: number, others: readonly OtherValue[]): ParquetValues {
    const { rows } = this;
    const texts = others.flatMap(({ value }) => (typeof value === 'string' ? [Buffer.from(value)] : []));
    const textBytes = texts.reduce((sum, { length }) => sum + length, 0);
    this.reserve(this.free + textBytes + mostPacked(this.end - kernelPlaces.lines + textBytes, rows));
    const { type, values, presence } = this.columns[k] ?? nothing;
    let to = this.free;
    for (const { row, value } of others) {
      to += this.put(values, row, value, to);
      this.bytes[presence + row] = 1;
    }
    const mixed = type === 'string' ? 'mixTexts' : type === 'boolean' ? 'mixBooleans' : 'mixValues';
    this.kernel[mixed](values, presence, rows, this.hashes);
    const present = this.bytes.subarray(presence, presence + rows);
    const isWhole = type !== 'string' && !present.includes(0);
    if (isWhole) return { present, values: this.bytes.subarray(values, values + rows * (type === 'boolean' ? 1 : 8)) };
    const pack = type === 'string' ? 'packedTexts' : type === 'boolean' ? 'packed1' : 'packed8';
    return { present, values: this.bytes.subarray(to, this.kernel[pack](values, presence, rows, to)) };
  }

  /** Rows without a value in a column, but for `others`. */
  rowsWithout(k: number, others: readonly OtherValue[]): number[] {
    return rowsWithout(this.present(k), others);
  }

  /** As `values`, of some rows in memory of their own: to be asked for after it, and before the next column. */
  valuesOf(k: number, rows: readonly number[]): ParquetValues {
    return pickedValues(this, this.columns[k] ?? nothing, rows);
  }

  isFilled(k: number): boolean {
    return this.present(k).includes(1);
  }

  /** Adds a text that is no column's to a row's fingerprint. */
  mixText(row: number, text: string): void {
    const bytes = Buffer.from(text);
    this.reserve(this.free + bytes.length + 16);
    this.bytes.set(bytes, this.free);
    this.kernel.mixText(this.hashes, row, this.free, bytes.length);
  }

  /** What is to be known of the hours of the rows, by their column of instants, when all values were asked for: records as `hourRecord` has them. */
  hours(event: number): Uint8Array {
    const { rows } = this;
    this.reserve(this.free + (rows + 1) * hourRecord.size);
    const { values, presence } = this.columns[event] ?? nothing;
    const end = this.kernel.hourRecords(values, presence, rows, this.hashes, this.free);
    return Uint8Array.from(this.bytes.subarray(this.free, end));
  }

  private present(k: number): Uint8Array {
    const { presence } = this.columns[k] ?? nothing;
    return this.bytes.subarray(presence, presence + this.rows);
  }

  /** Puts a value in; a text goes to a place of its own. Gives its length. */
  private put(values: number, row: number, value: OtherValue['value'], to: number): number {
    const at = values + row * 8;
    if (typeof value === 'bigint') this.bytes.writeBigInt64LE(value, at);
    else if (typeof value === 'number') this.bytes.writeDoubleLE(value, at);
    else if (typeof value === 'boolean') this.bytes[values + row] = value ? 1 : 0;
    else {
      const length = this.bytes.write(value, to);
      this.setWord(at, to);
      this.setWord(at + 4, length);
      return length;
    }
    return 0;
  }

  private begin(rows: number): void {
    const { at, row, line, decoded, lines } = kernelPlaces;
    this.setWord(at, lines);
    this.setWord(row, 0);
    this.setWord(line, 1);
    this.setWord(decoded, this.end + 64);
    for (const [k, { type, values, presence }] of this.columns.entries()) {
      this.words.set([kernelTypes[type], values, presence, -1], (kernelPlaces.columns + k * columnSize) >> 2);
      this.bytes.fill(0, presence, presence + rows);
    }
    this.bytes.fill(0, this.hashes, this.hashes + rows * 8);
  }
}

const nothing: Place = { type: 'int', values: 0, presence: 0 };
const powersOfTen = Array.from({ length: 16 }, (_, power) => 10 ** power);

let module: CompiledModule | undefined;

function compiled(): CompiledModule {
  module ??= compiledModule(lineKernel());
  return module;
}

/** Bytes that a column's values take as Parquet has them. */
function mostPacked(texts: number, rows: number): number {
  return texts + rows * 8 + 16;
}
