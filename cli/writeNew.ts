import { writeFile } from 'node:fs/promises';
import { WhetError } from '../core/errors.ts';
import { report } from './output.ts';

/** Writes a file that is not there yet, as an option asks. Throws `input.invalid` where it is. */
export async function writeNew(to: string, text: string, option = '--to'): Promise<void> {
  try {
    await writeFile(to, text, { flag: 'wx' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    const todo = 'Name another file, or remove that one first.';
    const facts = { expected: 'a file that is not there yet', came: `${option} ${to}`, todo };
    throw new WhetError('input.invalid', facts, error);
  }
  report(`wrote ${to}`);
}
