import { WhetError } from '../core/errors.ts';
import { textParts, withoutReturn } from './textLines.ts';

export type CsvRow = Readonly<Record<string, string>>;

/**
 * The rows of a CSV file (RFC 4180) as objects by its heading, in blocks of what is read at once, in bounded memory. Throws
 * `input.invalid` for a row with more or fewer values than the heading, for one that is longer than 1 MB, and for a quote
 * that is never closed.
 */
export async function* csvRows(file: string): AsyncGenerator<readonly CsvRow[]> {
  let heading: readonly string[] | undefined;
  let rows = 0;
  for await (const block of csvCells(file)) {
    const named: CsvRow[] = [];
    for (const cells of block) {
      if (heading === undefined) {
        heading = cells;
        continue;
      }
      rows += 1;
      if (cells.length !== heading.length)
        throw misfit(`${heading.length} values`, `${cells.length} in row ${rows} of ${file}`);
      named.push(rowOf(heading, cells));
    }
    yield named;
  }
}

function rowOf(heading: readonly string[], cells: readonly string[]): CsvRow {
  const row: Record<string, string> = {};
  for (let at = 0; at < heading.length; at += 1) row[heading[at] ?? ''] = cells[at] ?? '';
  return row;
}

const longestRow = 1 << 20;

async function* csvCells(file: string): AsyncGenerator<readonly string[][]> {
  let rest = '';
  for await (const part of textParts(file)) {
    const { rows, end } = wholeRows(rest + part);
    rest = (rest + part).slice(end);
    if (rest.length > longestRow)
      throw misfit('rows of at most 1 MB, with each quote closed', `a longer one in ${file}`);
    yield rows;
  }
  const { rows, end } = wholeRows(`${rest}\n`);
  if (end <= rest.length) throw misfit('each quote to be closed', `the end of ${file}`);
  yield rows;
}

interface WholeRows {
  readonly rows: string[][];
  /** Where the row begins that the text does not end. */
  readonly end: number;
}

function wholeRows(text: string): WholeRows {
  const end = text.lastIndexOf('\n') + 1;
  if (text.includes('"')) return quotedRows(text);
  const lines = text.slice(0, end).split('\n');
  return { rows: lines.filter((line) => !isEmpty(line)).map((line) => withoutReturn(line).split(',')), end };
}

function isEmpty(line: string): boolean {
  return line === '' || line === '\r';
}

/** A quote opens and closes; two of them inside are one; commas and line ends between are text. */
function quotedRows(text: string): WholeRows {
  const rows: string[][] = [];
  let [cells, cell, quoted, end]: [string[], string, boolean, number] = [[], '', false, 0];
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') {
      // The second of two quotes inside stands for one, and the value goes on.
      if (!quoted && at > end && text[at - 1] === '"') cell += '"';
      quoted = !quoted;
    } else if (quoted) cell += character;
    else if (character === ',') {
      cells.push(cell);
      cell = '';
    } else if (character === '\n') {
      cells.push(withoutReturn(cell));
      if (cells.length > 1 || cells[0] !== '') rows.push(cells);
      [cells, cell, end] = [[], '', at + 1];
    } else cell += character;
  }
  return { rows, end };
}

function misfit(expected: string, came: string): WhetError {
  return new WhetError('input.invalid', { expected, came });
}
