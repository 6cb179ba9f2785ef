import type { HourMemory } from '../hours/hourMemory.ts';
import { hourPlaces, table as places } from '../hours/hourPlaces.ts';

/**
 * The texts of a column, each of which is kept once and has a number: from 0, in the order in which they came. So
 * whatever is asked of a text is asked once, however many rows have it.
 */
export class Texts {
  /** Where they lie in their memory. */
  readonly table: number;
  private readonly memory: HourMemory;

  constructor(memory: HourMemory, table: number) {
    this.memory = memory;
    this.table = table;
  }

  get count(): number {
    return this.word(places.count);
  }

  /** A text's UTF-8, in memory that the next hours are written to. */
  text(number: number): Uint8Array {
    const start = this.of(places.starts, number);
    return this.memory.bytes.subarray(start, start + this.length(number));
  }

  string(number: number): string {
    const start = this.of(places.starts, number);
    return this.memory.bytes.toString('utf8', start, start + this.length(number));
  }

  length(number: number): number {
    return this.of(places.lengths, number);
  }

  /** The number of a text, -1 where it is not there. */
  find(text: Uint8Array): number {
    const at = this.memory.passing(text.length);
    this.memory.bytes.set(text, at);
    return this.memory.kernel.find(this.table, at, text.length);
  }

  /** By number: the number of the same text in another column, -1 where it is not there. */
  foundIn({ table }: Texts): Int32Array {
    return Int32Array.from({ length: this.count }, (_, number) =>
      this.memory.kernel.find(table, this.of(places.starts, number), this.length(number)),
    );
  }

  /** Of some texts the first 32 bits of their MD5, in memory that the next ones are written to. Those of more than 55 bytes are not told. */
  digestStarts(numbers: Int32Array): Uint32Array {
    const { memory } = this;
    const at = memory.passing(numbers.length * 8);
    memory.words.set(numbers, at >> 2);
    const to = at + numbers.length * 4;
    memory.kernel.textStarts(this.table, at, numbers.length, to);
    return new Uint32Array(memory.bytes.buffer, to, numbers.length);
  }

  /** Whether one of all columns' texts has more bytes than that. */
  isAnyLonger(bytes: number): boolean {
    return this.memory.word(hourPlaces.longest) > bytes;
  }

  private of(what: number, number: number): number {
    return this.memory.word(this.word(what) + number * 4);
  }

  private word(place: number): number {
    return this.memory.word(this.table + place);
  }
}
