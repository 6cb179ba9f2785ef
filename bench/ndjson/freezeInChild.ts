import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { userCache } from '../../storage/userCache.ts';
import type { FreezeInput, FreezeOutcome } from './freezeMadeFlights.ts';

const execute = promisify(execFile);

/** NDJSON to quarantine to snapshot in a fresh process, on an empty store below a folder, which is removed again. */
export async function freezeInChild(scratch: string, input: Omit<FreezeInput, 'folder'>): Promise<FreezeOutcome> {
  const folder = await mkdtemp(join(scratch, 'freeze-'));
  try {
    const script = join(import.meta.dirname, 'freezeMadeFlights.ts');
    // As a worker has it: the first process compiles for all that come after.
    const env = { NODE_COMPILE_CACHE: userCache('compiled'), ...process.env };
    const { stdout } = await execute(process.execPath, [script, JSON.stringify({ ...input, folder })], { env });
    return JSON.parse(stdout) as FreezeOutcome;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
