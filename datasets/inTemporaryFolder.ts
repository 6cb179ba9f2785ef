import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { temporaryPath } from '../storage/temporaryPath.ts';

/** Does work that needs files of its own, and removes them whether it ends well or not. */
export async function inTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await temporaryPath(tmpdir(), 'whet-');
  await mkdir(folder);
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
