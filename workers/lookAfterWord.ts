import { isGrpcServiceError } from '@temporalio/client';
import { type AlertWord, isTold } from '../core/alertWords.ts';
import { WhetError } from '../core/errors.ts';
import type { Report } from './engine.ts';
import { readEngine } from './engineFile.ts';
import { startLook } from './startLook.ts';
import { connectTemporal } from './temporal/connectTemporal.ts';
import { namesTemporal } from './temporal/temporalTarget.ts';
import type { Workplace } from './workplace.ts';

/**
 * Has a look taken where an engine runs, so that receivers are told of a person's word at once. The word stands in the log
 * already: where no look can be begun they are told after the next, and `report` says so.
 */
export async function lookAfterWord(
  { state, storeLocation }: Workplace,
  pipeline: string,
  word: AlertWord,
  report: Report,
): Promise<void> {
  if (!isTold(word)) return;
  const engine = namesTemporal() ? undefined : await readEngine(state);
  if (!namesTemporal() && engine?.store !== storeLocation) return report(`${later}: no engine runs on this store.`);
  try {
    const { client, connection } = await connectTemporal(engine?.address);
    await connection
      .withDeadline(Date.now() + patienceMs, () => startLook(client, pipeline))
      .finally(() => connection.close());
  } catch (error) {
    if (!(error instanceof WhetError || isGrpcServiceError(error))) throw error;
    report(`${later}: ${error.message}`);
  }
}

const later = 'Receivers are told after the next look';
const patienceMs = 10_000;
