import { createReadStream } from 'node:fs';
import { chunkBytes, plainBytes } from './plainBytes.ts';

/** How much of a file is searched for the end of its header. */
const headerBytes = 1 << 20;

/** The names in the first line of a CSV file, which may be compressed. Throws as `plainBytes`. */
export async function csvHeader(file: string): Promise<string[]> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of plainBytes(file, createReadStream(file, { highWaterMark: chunkBytes }))) {
    pieces.push(piece);
    size += piece.length;
    if (size >= headerBytes) break;
  }
  return firstRecord(
    Buffer.concat(pieces)
      .toString('utf8', 0, headerBytes)
      .replace(/^\uFEFF/, ''),
  );
}

/** The fields of the first line; a quoted field may hold commas, doubled quotes and line ends. */
function firstRecord(text: string): string[] {
  const fields: string[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^,\r\n"]*))(,|\r?\n|\r|$)/y;
  for (let match = field.exec(text); match !== null; match = field.exec(text)) {
    fields.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] !== ',') break;
  }
  return fields;
}
