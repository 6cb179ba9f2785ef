import { type LabelJoin, labelJoinKey } from '../core/labelJoin.ts';
import { openHint, sealedJson } from '../storage/sealedJson.ts';
import { joinLabels, type LabelJoinRequest } from './joinLabels.ts';
import type { JoinPorts } from './storedRows.ts';

/**
 * Joins what is new, and keeps how far it came in the store, so that the next goes on from there. Of two at once both are
 * right, and the slower one joins what it has not seen.
 */
export async function keptLabels(ports: JoinPorts, request: Omit<LabelJoinRequest, 'only'>): Promise<LabelJoin> {
  const key = labelJoinKey(request.pipeline);
  for (;;) {
    const stored = await ports.store.read(key);
    const known = stored === undefined ? undefined : openHint<LabelJoin>(key, stored.bytes);
    const join = await joinLabels(ports, request, known);
    if (join === known) return join;
    if ((await ports.store.swap(key, sealedJson(join), stored?.etag ?? null)) !== undefined) return join;
  }
}
