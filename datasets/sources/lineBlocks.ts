import { isUtf8 } from 'node:buffer';
import { WhetError } from '../../core/errors.ts';

/** Whole lines of a text, without the last line's end. Whoever gets a block may keep its memory. */
export interface LineBlock {
  readonly bytes: Uint8Array;
  /** The number of the block's first line in the text, from 1. */
  readonly firstLine: number;
}

/** Bytes per block: small enough for the processor's caches, large enough to be a Parquet file of its own. */
const blockBytes = 16 << 20;

/** A longer line is no record: the file is something else than lines. */
const mostLineBytes = 64 << 20;

/** A block's memory: whole lines, and what is read of the next ones. */
export const blockMemory = blockBytes + (2 << 20);

/**
 * A text in blocks of whole lines, read no further than it is asked for; its pieces are copied as they come. A line with
 * bytes that are no UTF-8 has U+FFFD in their place and one more at its beginning, so that no reader takes it for a good
 * one. A byte order mark is left out. `memory` gives a block's. Throws `source.unreadable` at a line of more than 64 MB.
 */
export async function* lineBlocks(
  text: AsyncIterable<Buffer>,
  name: string,
  blockSize = blockBytes,
  memory = (): Buffer => Buffer.allocUnsafeSlow(Math.min(blockMemory, 2 * blockSize)),
): AsyncGenerator<LineBlock, void, undefined> {
  let held = memory();
  let size = 0;
  let firstLine = 1;
  for await (const chunk of text) {
    if (size + chunk.length > held.length) held = enlarged(held, size + chunk.length);
    chunk.copy(held, size);
    size += chunk.length;
    const end = size < blockSize ? -1 : chunk.lastIndexOf(lineEnd);
    if (end >= 0) {
      const bytes = held.subarray(0, size - chunk.length + end);
      const next = memory();
      held = next.length < chunk.length ? enlarged(next, chunk.length) : next;
      size = chunk.copy(held, 0, end + 1);
      const lines = linesIn(bytes);
      yield { bytes: readable(bytes, firstLine), firstLine };
      firstLine += lines;
    } else if (size > blockSize + mostLineBytes) throw tooLong(name, firstLine);
  }
  if (size > 0) yield { bytes: readable(withoutEnd(Buffer.from(held.subarray(0, size))), firstLine), firstLine };
}

function enlarged(from: Buffer, atLeast: number): Buffer {
  const larger = Buffer.allocUnsafeSlow(Math.max(atLeast, 2 * from.length));
  from.copy(larger);
  return larger;
}

const lineEnd = 0x0a;

function withoutEnd(bytes: Buffer): Buffer {
  return bytes.at(-1) === lineEnd ? bytes.subarray(0, -1) : bytes;
}

function linesIn(bytes: Buffer): number {
  let lines = 1;
  for (let at = bytes.indexOf(lineEnd); at >= 0; at = bytes.indexOf(lineEnd, at + 1)) lines += 1;
  return lines;
}

function tooLong(name: string, firstLine: number): WhetError {
  return new WhetError('source.unreadable', {
    expected: `lines of at most ${mostLineBytes >> 20} MB in ${name}`,
    came: `a longer one after line ${firstLine}`,
    todo: 'Write one JSON object per line; a JSON array is no NDJSON.',
  });
}

function readable(bytes: Buffer, firstLine: number): Uint8Array {
  const whole = firstLine === 1 && bytes.subarray(0, 3).equals(byteOrderMark) ? bytes.subarray(3) : bytes;
  return isUtf8(whole) ? whole : Buffer.concat(eachLine(whole).map(markedLine));
}

const byteOrderMark = Buffer.from('\uFEFF');

/** Each with its end. */
function eachLine(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(lineEnd, from);
    const to = end < 0 ? bytes.length : end + 1;
    lines.push(bytes.subarray(from, to));
    from = to;
  }
  return lines;
}

function markedLine(line: Buffer): Buffer {
  return isUtf8(line) ? line : Buffer.from(`\uFFFD${line.toString('utf8')}`);
}
