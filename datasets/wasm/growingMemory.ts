import { wasmMemory } from './wasmInstance.ts';

/** A module's memory, which lasts and only grows. Its views are new ones after each growth. */
export class GrowingMemory {
  bytes = Buffer.alloc(0);
  words = new Int32Array();
  floats = new Float64Array();
  protected readonly memory = wasmMemory(2);

  constructor() {
    this.view();
  }

  /** Another one after each growth. */
  get buffer(): ArrayBuffer {
    return this.memory.buffer;
  }

  word(place: number): number {
    return this.words[place >> 2] ?? 0;
  }

  setWord(place: number, value: number): void {
    this.words[place >> 2] = value;
  }

  /** Kept with some bytes to spare, because 16 are read and written at a time. */
  protected reserve(size: number): void {
    const missing = size + 64 - this.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / 65_536));
    if (this.bytes.buffer !== this.buffer) this.view();
  }

  private view(): void {
    this.bytes = Buffer.from(this.buffer);
    this.words = new Int32Array(this.buffer);
    this.floats = new Float64Array(this.buffer);
  }
}

/** Addresses are numbers without a sign, but views here would not take larger ones. */
export const mostBytes = 2 ** 31 - 65_536;

export function whole16(size: number): number {
  return Math.ceil(size / 16) * 16;
}
