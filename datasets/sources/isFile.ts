import { stat } from 'node:fs/promises';

/** Whether a file, and no folder, lies at a path. */
export async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false;
}
