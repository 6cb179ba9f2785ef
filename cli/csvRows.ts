import { createReadStream } from 'node:fs';
import { WhetError } from '../core/errors.ts';

/**
 * The rows of a CSV file (RFC 4180) as objects by its heading, one at a time, in bounded memory. Throws `input.invalid` for a
 * row with more or fewer values than the heading, and for a quote that is never closed.
 */
export async function* csvRows(file: string): AsyncGenerator<Readonly<Record<string, string>>> {
  let heading: readonly string[] | undefined;
  let row = 0;
  for await (const cells of csvCells(file)) {
    if (heading === undefined) {
      heading = cells;
      continue;
    }
    row += 1;
    if (cells.length !== heading.length)
      throw misfit(`${heading.length} values`, `${cells.length} in row ${row} of ${file}`);
    yield Object.fromEntries(heading.map((name, at) => [name, cells[at] ?? '']));
  }
}

/** Each line's values. A quote opens and closes; two of them inside are one; commas and line ends between are text. */
async function* csvCells(file: string): AsyncGenerator<string[]> {
  let [cells, cell, quoted, before]: [string[], string, boolean, string] = [[], '', false, ''];
  const text: AsyncIterable<string> = createReadStream(file, 'utf8');
  for await (const part of text) {
    for (const character of part) {
      if (character === '"') {
        // The second of two quotes inside stands for one, and the value goes on.
        if (!quoted && before === '"') cell += '"';
        quoted = !quoted;
      } else if (quoted) cell += character;
      else if (character === ',') {
        cells.push(cell);
        cell = '';
      } else if (character === '\n') {
        cells.push(cell.endsWith('\r') ? cell.slice(0, -1) : cell);
        if (cells.length > 1 || cells[0] !== '') yield cells;
        [cells, cell] = [[], ''];
      } else cell += character;
      before = character;
    }
  }
  if (quoted) throw misfit('each quote to be closed', `the end of ${file}`);
  if (cells.length > 0 || cell !== '') yield [...cells, cell];
}

function misfit(expected: string, came: string): WhetError {
  return new WhetError('input.invalid', { expected, came });
}
