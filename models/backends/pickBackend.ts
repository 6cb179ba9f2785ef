import { WhetError } from '../../core/errors.ts';
import { backendNames, openBackend } from './openBackend.ts';

/** The name of the fastest backend that this machine runs. Picked once per search, which is then pinned to it. */
export async function pickBackend(): Promise<string> {
  const refusals: string[] = [];
  for (const name of backendNames) {
    const refusal = await refusalOf(name);
    if (refusal === undefined) return name;
    refusals.push(refusal);
  }
  throw new WhetError('backend.unavailable', { expected: 'a backend that opens', came: refusals.join('; ') });
}

async function refusalOf(name: string): Promise<string | undefined> {
  try {
    await openBackend(name);
    return undefined;
  } catch (error) {
    if (error instanceof WhetError && error.code === 'backend.unavailable') return error.message;
    throw error;
  }
}
