import { addressOf, type Bucket } from './connectBucket.ts';
import { headObject } from './getObject.ts';
import { persist } from './persist.ts';
import { isRefusedByCondition, isTransient } from './s3Errors.ts';

/** What a conditional write asks for. */
export interface Intent {
  /** Newest first: the first one is this write. */
  readonly writers: readonly string[];
  /** The server's etag that is to be replaced; null where nothing may be there. */
  readonly from: string | null;
}

/**
 * Sends a write that the server takes only in the state `from`. Gives the new state, or undefined if another was first.
 *
 * An answer can be lost after the write was stored, and whatever carries the request may send it twice: so a refusal
 * proves nothing before the object was read back and does not name this write among its writers. Where the state is
 * still the old one, the write is sent again; should the lost one arrive after all, only one of the two is stored.
 */
export function writeOnCondition(
  bucket: Bucket,
  key: string,
  intent: Intent,
  send: () => Promise<string>,
): Promise<string | undefined> {
  return persist(addressOf(bucket, key), async () => {
    try {
      return await send();
    } catch (error) {
      if (!isRefusedByCondition(error) && !isTransient(error)) throw error;
      const outcome = await readBack(bucket, key, intent);
      if (outcome === 'unchanged' && isTransient(error)) throw error;
      return outcome === 'unchanged' || outcome === 'other' ? undefined : outcome.state;
    }
  });
}

type Outcome = { readonly state: string } | 'unchanged' | 'other';

async function readBack(bucket: Bucket, key: string, { writers, from }: Intent): Promise<Outcome> {
  const [writer = ''] = writers;
  const held = await headObject(bucket, key);
  // Ours, or ours was there and another replaced it: its etag is not ours, and no swap from ours can succeed.
  if (held?.writers.includes(writer)) return { state: held.writers[0] === writer ? held.state : replaced };
  return (held?.state ?? null) === from ? 'unchanged' : 'other';
}

const replaced = '"replaced"';
