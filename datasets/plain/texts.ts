import { md5Start } from '../../core/sketches/md5.ts';

/**
 * The texts of a column, each of which is kept once and has a number: from 0, in the order in which they came. So
 * whatever is asked of a text is asked once, however many rows have it.
 */
export class Texts {
  private bytes = new Uint8Array(1 << 16);
  private starts = new Int32Array(1 << 10);
  /** Open addressing: numbers from 1, 0 where there is none. Its size is a power of two. */
  private slots = new Int32Array(1 << 11);
  private hashes = new Int32Array(1 << 10);
  private end = 0;
  count = 0;

  /** Empty again, with the memory that it has. */
  clear(): void {
    this.slots.fill(0);
    this.end = 0;
    this.count = 0;
  }

  /** The number of a text, which is put in where it is new. */
  numberOf(from: Uint8Array, at: number, length: number): number {
    const hash = hashOf(from, at, length);
    const held = this.slots[this.slotOf(hash, from, at, length)] ?? 0;
    return held === 0 ? this.added(hash, from, at, length) : held - 1;
  }

  /** The number of a text, -1 where it is not there. */
  find(from: Uint8Array, at: number, length: number): number {
    return (this.slots[this.slotOf(hashOf(from, at, length), from, at, length)] ?? 0) - 1;
  }

  /** A text's UTF-8, in memory that the next text may move. */
  text(number: number): Uint8Array {
    return this.bytes.subarray(this.starts[number], this.starts[number + 1]);
  }

  string(number: number): string {
    return Buffer.from(this.bytes.buffer, this.starts[number], this.length(number)).toString('utf8');
  }

  length(number: number): number {
    return (this.starts[number + 1] ?? 0) - (this.starts[number] ?? 0);
  }

  /** The first 32 bits of the MD5 of a text of less than 56 bytes. */
  md5Start(number: number): number {
    return md5Start(this.bytes, this.starts[number] ?? 0, this.length(number));
  }

  /** Copies a text's bytes, and gives the end. */
  copy(number: number, to: Uint8Array, at: number): number {
    const from = this.starts[number] ?? 0;
    const length = (this.starts[number + 1] ?? 0) - from;
    // Below some dozens of bytes a call costs more than they do.
    if (length > 48) to.set(this.bytes.subarray(from, from + length), at);
    else for (let k = 0; k < length; k += 1) to[at + k] = this.bytes[from + k] ?? 0;
    return at + length;
  }

  /** Where a text is or would be. */
  private slotOf(hash: number, from: Uint8Array, at: number, length: number): number {
    const mask = this.slots.length - 1;
    let slot = hash & mask;
    for (let held = this.slots[slot] ?? 0; held !== 0; held = this.slots[slot] ?? 0) {
      if (this.hashes[held - 1] === hash && this.isText(held - 1, from, at, length)) return slot;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private isText(number: number, from: Uint8Array, at: number, length: number): boolean {
    const start = this.starts[number] ?? 0;
    if ((this.starts[number + 1] ?? 0) - start !== length) return false;
    for (let k = 0; k < length; k += 1) if (this.bytes[start + k] !== from[at + k]) return false;
    return true;
  }

  private added(hash: number, from: Uint8Array, at: number, length: number): number {
    const number = this.count;
    if (number + 2 > this.starts.length) this.grow();
    while (this.end + length > this.bytes.length)
      this.bytes = enlarged(this.bytes, new Uint8Array(this.bytes.length * 2));
    for (let k = 0; k < length; k += 1) this.bytes[this.end + k] = from[at + k] ?? 0;
    this.slots[this.slotOf(hash, from, at, length)] = number + 1;
    this.end += length;
    this.hashes[number] = hash;
    this.starts[number + 1] = this.end;
    this.count += 1;
    return number;
  }

  private grow(): void {
    this.starts = enlarged(this.starts, new Int32Array(this.starts.length * 2));
    this.hashes = enlarged(this.hashes, new Int32Array(this.hashes.length * 2));
    this.slots = new Int32Array(this.slots.length * 2);
    const mask = this.slots.length - 1;
    for (let number = 0; number < this.count; number += 1) {
      let slot = (this.hashes[number] ?? 0) & mask;
      while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
      this.slots[slot] = number + 1;
    }
  }
}

/** Four bytes a step; the last bits are mixed well, because they choose the place. */
function hashOf(bytes: Uint8Array, at: number, length: number): number {
  let hash = length;
  let k = at;
  for (const end = at + length - 3; k < end; k += 4) {
    const word =
      (bytes[k] ?? 0) | ((bytes[k + 1] ?? 0) << 8) | ((bytes[k + 2] ?? 0) << 16) | ((bytes[k + 3] ?? 0) << 24);
    hash = Math.imul(hash ^ word, 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  for (const end = at + length; k < end; k += 1) hash = Math.imul(hash ^ (bytes[k] ?? 0), 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

function enlarged<T extends Uint8Array | Int32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
