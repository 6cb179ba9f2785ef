import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WhetError } from '../core/errors.ts';
import { defaultRetention, parseRetention, type Retention } from '../core/retention.ts';

/** How long things are kept: as `retention.json` beside `pipelines/` says, and by default where it says nothing. */
export async function readRetention(folder: string): Promise<Retention> {
  const file = join(folder, 'retention.json');
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? defaultRetention : parseRetention(parsed(file, text));
}

function parsed(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new WhetError('input.invalid', { expected: `JSON in ${file}`, came: String(error) }, error);
  }
}
