import type { Texts } from './texts.ts';

const [colon, minus, zero, point] = [0x3a, 0x2d, 0x30, 0x2e];

/** So many bytes are handed on at once. */
const portion = 1 << 18;

/** Bytes of content lines: each value as SQL writes it as text, with the text's length before it. */
export class ContentBytes {
  private held = new Uint8Array(portion + (1 << 16));
  private end = 0;

  get isFull(): boolean {
    return this.end >= portion;
  }

  /** What was put in since the last time, in memory that is written over. */
  taken(): Uint8Array {
    const all = this.held.subarray(0, this.end);
    this.end = 0;
    return all;
  }

  byte(value: number): true {
    this.reserve(1);
    this.held[this.end] = value;
    this.end += 1;
    return true;
  }

  bytes(values: Uint8Array): true {
    this.reserve(values.length);
    for (let k = 0; k < values.length; k += 1) this.held[this.end + k] = values[k] ?? 0;
    this.end += values.length;
    return true;
  }

  text(texts: Texts, number: number): true {
    const length = texts.length(number);
    this.reserve(length + 24);
    this.putLength(length);
    this.end = texts.copy(number, this.held, this.end);
    return true;
  }

  /** A whole number up to 2^53. */
  whole(value: number): true {
    this.reserve(48);
    const size = Math.abs(value);
    const count = digitsOf(size);
    this.putLength(value < 0 ? count + 1 : count);
    if (value < 0) this.held[this.end++] = minus;
    this.putDigits(size, count);
    return true;
  }

  /** A float64 as SQL writes it, in the fewest digits that tell it; false where that takes a power of ten. */
  decimal(value: number): boolean {
    const size = Math.abs(value);
    if (size >= 1e15 || (size < 1e-4 && size !== 0)) return false;
    this.reserve(48);
    for (let places = 0; places < powersOfTen.length; places += 1) {
      const power = powersOfTen[places] ?? 1;
      const scaled = Math.round(size * power);
      // Of 15 digits there is one decimal at most that reads as a float64, and both sides of the quotient are exact.
      if (scaled < 1e15 && scaled / power === size) return this.putDecimal(value < 0, scaled, places);
    }
    return this.bytes(lengthed(String(value)));
  }

  private putDecimal(isNegative: boolean, scaled: number, places: number): true {
    const power = powersOfTen[places] ?? 1;
    const whole = Math.floor(scaled / power);
    const count = digitsOf(whole);
    const after = Math.max(places, 1);
    this.putLength((isNegative ? 1 : 0) + count + 1 + after);
    if (isNegative) this.held[this.end++] = minus;
    this.putDigits(whole, count);
    this.held[this.end++] = point;
    this.putDigits(scaled - whole * power, after);
    return true;
  }

  private putLength(length: number): void {
    if (length < 10) this.held[this.end++] = zero + length;
    else this.putDigits(length, digitsOf(length));
    this.held[this.end++] = colon;
  }

  /** With zeros before it where it has fewer digits. */
  private putDigits(value: number, count: number): void {
    let rest = value;
    let at = this.end + count;
    for (; rest > 0x7fffffff; at -= 7) {
      const high = Math.floor(rest / 1e7);
      let low = (rest - high * 1e7) | 0;
      for (let k = 1; k <= 7; k += 1) {
        const next = (low / 10) | 0;
        this.held[at - k] = zero + low - next * 10;
        low = next;
      }
      rest = high;
    }
    let low = rest | 0;
    while (at > this.end) {
      at -= 1;
      const next = (low / 10) | 0;
      this.held[at] = zero + low - next * 10;
      low = next;
    }
    this.end += count;
  }

  private reserve(more: number): void {
    if (this.end + more <= this.held.length) return;
    const larger = new Uint8Array(Math.max(this.end + more, this.held.length * 2));
    larger.set(this.held);
    this.held = larger;
  }
}

const powersOfTen = [1, 10, 100, 1e3, 1e4, 1e5, 1e6];

function lengthed(text: string): Uint8Array {
  return Buffer.from(`${text.length}:${text}`);
}

function digitsOf(value: number): number {
  let count = 1;
  for (let power = 10; value >= power; power *= 10) count += 1;
  return count;
}
