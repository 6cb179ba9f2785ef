import type { ColumnType } from '../../core/contractPlan.ts';

/** A column's values one after another as Parquet's plain encoding has them, but for booleans, which are a byte each. */
export class PlainColumn {
  readonly type: ColumnType;
  /** The row that had its value last: a second one in the same row is a field that is there twice. */
  lastRow = -1;
  private bytes: Uint8Array;
  private view: DataView;
  private presence = new Uint8Array(1 << 12);
  private end = 0;

  constructor(type: ColumnType, bytesAtFirst = 1 << 10) {
    this.type = type;
    this.bytes = new Uint8Array(bytesAtFirst);
    this.view = viewOf(this.bytes);
  }

  get length(): number {
    return this.end;
  }

  /** As it was at first, but for the memory that it has. */
  clear(): void {
    this.end = 0;
    this.lastRow = -1;
    this.presence.fill(0);
  }

  mark(row: number): void {
    if (row >= this.presence.length) this.presence = enlarged(this.presence, row + 1);
    this.presence[row] = 1;
  }

  /** Takes back what was put in since the column had this length, for a row that begins there. */
  cutBack(length: number, row: number): void {
    this.end = length;
    if (row < this.presence.length) this.presence[row] = 0;
  }

  /** A whole number below 2^53. */
  putWhole(value: number): void {
    this.reserve(8);
    const high = Math.floor(value / 2 ** 32);
    this.view.setInt32(this.end, value - high * 2 ** 32, true);
    this.view.setInt32(this.end + 4, high, true);
    this.end += 8;
  }

  putBigInt(value: bigint): void {
    this.reserve(8);
    this.view.setBigInt64(this.end, value, true);
    this.end += 8;
  }

  putDouble(value: number): void {
    this.reserve(8);
    this.view.setFloat64(this.end, value, true);
    this.end += 8;
  }

  putBoolean(value: boolean): void {
    this.reserve(1);
    this.bytes[this.end] = value ? 1 : 0;
    this.end += 1;
  }

  putText(source: Uint8Array, from: number, to: number): void {
    const length = to - from;
    this.reserve(length + 4);
    this.view.setInt32(this.end, length, true);
    const at = this.end + 4;
    // Below some dozens of bytes a call costs more than they do.
    if (length > 32) this.bytes.set(source.subarray(from, to), at);
    else for (let k = 0; k < length; k += 1) this.bytes[at + k] = source[from + k] ?? 0;
    this.end = at + length;
  }

  present(rows: number): Uint8Array {
    return this.presence.length < rows ? enlarged(this.presence, rows) : this.presence.subarray(0, rows);
  }

  /** All values, and at each of some places one more: of another column's, which begin at `starts` there. */
  filled(places: readonly number[], by: PlainColumn, starts: readonly number[]): Uint8Array {
    const parts: Uint8Array[] = [];
    let from = 0;
    for (const [k, at] of places.entries()) {
      parts.push(this.bytes.subarray(from, at), by.bytes.subarray(starts[k] ?? 0, starts[k + 1] ?? by.end));
      from = at;
    }
    const rest = this.bytes.subarray(from, this.end);
    return parts.length === 0 ? rest : Buffer.concat([...parts, rest]);
  }

  private reserve(more: number): void {
    if (this.end + more <= this.bytes.length) return;
    this.bytes = enlarged(this.bytes, this.end + more);
    this.view = viewOf(this.bytes);
  }
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

function enlarged(bytes: Uint8Array, atLeast: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.max(atLeast, bytes.length * 2));
  larger.set(bytes);
  return larger;
}
