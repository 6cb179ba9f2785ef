import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { zstdDecompressSync } from 'node:zlib';
import { hourMs } from '../../core/time.ts';
import { type PageLayout, plainMark } from '../sources/plainParquet.ts';

/** A column of a file as it was given to `plainParquet`, but for booleans, which are a bit each. */
export interface PlainPage {
  readonly rows: number;
  /** By row: 1 where there is a value. */
  readonly present: Uint8Array;
  readonly values: Uint8Array;
}

/** A Parquet file of one row group that `plainParquet` wrote, to be read in this process. */
export class PlainFile {
  private readonly handle: number;
  private readonly pages: readonly PageLayout[];

  private constructor(handle: number, pages: readonly PageLayout[]) {
    this.handle = handle;
    this.pages = pages;
  }

  /** Undefined where the file was written by another writer. `isAside` is for the rows alone that lie aside, where some do. */
  static open(path: string, isAside = false): PlainFile | undefined {
    const handle = openSync(path, 'r');
    const pages = layoutOf(handle);
    if (pages === undefined) closeSync(handle);
    if (pages === undefined) return undefined;
    const { beside = [], own = [] } = Object.groupBy(pages, (page) => (page.isAside === true ? 'beside' : 'own'));
    return new PlainFile(handle, isAside && beside.length > 0 ? beside : own);
  }

  /** Rows and bytes of its largest page. */
  largest(): { readonly rows: number; readonly bytes: number } {
    const most = (of: (page: PageLayout) => number): number =>
      this.pages.reduce((max, page) => Math.max(max, of(page)), 0);
    return { rows: most(({ rows }) => rows), bytes: most(({ plain }) => plain) };
  }

  page(k: number): PlainPage {
    const { rows, at, levels, body, plain } = this.pages[k] ?? { rows: 0, at: 0, levels: 0, body: 0, plain: 0 };
    const bytes = bytesAt(this.handle, at, levels + body);
    // In one piece.
    const values = zstdDecompressSync(bytes.subarray(levels), { chunkSize: Math.max(plain + 1, 1_024) });
    return { rows, present: presentOf(bytes, rows), values };
  }

  /** Whether a column of dates may have one in some hours (milliseconds UTC), or none at all where NaN is among them. */
  mayReach(k: number, starts: readonly number[]): boolean {
    const { nulls, least = Number.POSITIVE_INFINITY, most = Number.NEGATIVE_INFINITY } = this.pages[k] ?? { nulls: 0 };
    return starts.some((start) =>
      Number.isNaN(start) ? nulls > 0 : least / 1_000 < start + hourMs && most / 1_000 >= start,
    );
  }

  close(): void {
    closeSync(this.handle);
  }
}

function layoutOf(handle: number): readonly PageLayout[] | undefined {
  const { size } = fstatSync(handle);
  const footer = size - 8 - bytesAt(handle, size - 8, 8).readUInt32LE(0);
  const end = bytesAt(handle, footer - 8, 8);
  if (end.toString('latin1', 4) !== plainMark) return undefined;
  const length = end.readUInt32LE(0);
  return JSON.parse(bytesAt(handle, footer - 8 - length, length).toString('utf8')) as readonly PageLayout[];
}

function bytesAt(handle: number, at: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafeSlow(Math.max(length, 0));
  readSync(handle, bytes, 0, bytes.length, at);
  return bytes;
}

/** From levels as `plainParquet` writes them: one run, or a bit each. */
function presentOf(levels: Uint8Array, rows: number): Uint8Array {
  const isRun = ((levels[0] ?? 0) & 1) === 0;
  let at = 0;
  while ((levels[at] ?? 0) > 127) at += 1;
  at += 1;
  const present = new Uint8Array(rows);
  if (isRun) return present.fill(levels[at] ?? 0);
  for (let row = 0; row < rows; row += 1) present[row] = ((levels[at + (row >> 3)] ?? 0) >> (row & 7)) & 1;
  return present;
}
