import { type GrowingMemory, whole16 } from '../wasm/growingMemory.ts';
import { columnSize, fieldSize, kernelPlaces, mostFields, noColumn, oddColumn } from './kernelPlaces.ts';

/** The names of lines' fields in the kernel's memory, each with its column. */
export class FieldNames {
  private readonly memory: GrowingMemory;
  private named: ReadonlyMap<string, number> = new Map();
  /** In lower case. */
  private nearly: ReadonlySet<string> = new Set();
  private end = 0;

  constructor(memory: GrowingMemory) {
    this.memory = memory;
  }

  /** Forgets all names, and takes those of columns. */
  begin(columns: readonly { readonly name: string }[]): void {
    this.named = new Map(columns.map(({ name }, k) => [name, k]));
    this.nearly = new Set(columns.map(({ name }) => name.toLowerCase()));
    this.memory.bytes.fill(0, kernelPlaces.order, kernelPlaces.names);
    this.forget();
  }

  /** Notes a name that is met for the first time, and gives the field's place; 0 where it is not plain. */
  add(at: number): number {
    const { bytes, words } = this.memory;
    const end = nameEnd(bytes, at);
    const size = whole16(end - at);
    if (end === 0 || size * 2 > kernelPlaces.lines - kernelPlaces.names) return 0;
    if (this.count >= mostFields || this.end + size * 2 > kernelPlaces.lines) this.forget();
    const field = kernelPlaces.fields + this.count * fieldSize;
    words.set([this.end, end - at, this.columnOf(at, end)], field >> 2);
    bytes.fill(0, this.end, this.end + size * 2);
    bytes.copy(bytes, this.end, at, end);
    bytes.fill(0xff, this.end + size, this.end + size + end - at);
    this.end += size * 2;
    this.memory.setWord(kernelPlaces.fieldCount, this.count + 1);
    return field;
  }

  private get count(): number {
    return this.memory.word(kernelPlaces.fieldCount);
  }

  private forget(): void {
    this.memory.setWord(kernelPlaces.fieldCount, 0);
    this.end = kernelPlaces.names;
  }

  /** A name that differs from a column's in upper and lower case alone is for others to judge. */
  private columnOf(at: number, end: number): number {
    const name = this.memory.bytes.toString('utf8', at + 1, end - 1);
    const k = this.named.get(name);
    if (k !== undefined) return kernelPlaces.columns + k * columnSize;
    return this.nearly.has(name.toLowerCase()) ? oddColumn : noColumn;
  }
}

/** The end of a name in quotes without escapes, 0 where there is none. */
function nameEnd(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== 0x22) return 0;
  for (let end = at + 1; (bytes[end] ?? 0) >= 0x20 && bytes[end] !== 0x5c; end += 1)
    if (bytes[end] === 0x22) return end + 1;
  return 0;
}
