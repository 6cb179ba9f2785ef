import { createReadStream } from 'node:fs';

/** A file's lines without their ends, in blocks of what is read at once: a wait for each line would cost more than the line. */
export async function* textLines(file: string): AsyncGenerator<readonly string[]> {
  let rest = '';
  for await (const part of textParts(file)) {
    const lines = (rest + part).split('\n');
    rest = lines.pop() ?? '';
    yield lines.map(withoutReturn);
  }
  if (rest !== '') yield [rest];
}

/** Parts of a text, none of which ends within a character. */
export function textParts(file: string): AsyncIterable<string> {
  return createReadStream(file, { encoding: 'utf8', highWaterMark: 1 << 18 });
}

export function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
