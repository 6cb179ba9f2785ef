import { heartbeat } from '@temporalio/activity';
import { type PartitionBatch, validateBatch } from '../datasets/partitions/partitionBatches.ts';
import type { Ports } from './ports.ts';
import { whileBeating } from './whileBeating.ts';
import { keptBatch } from './workList.ts';

/** A batch of open work, by the list that it is in. */
export interface BatchInput {
  readonly list: string;
  /** Its place in the list, from 0. */
  readonly at: number;
}

/** Pieces of stage 1 that many workers share, where a source brings much at once. */
export function createBatchActivities(ports: Ports) {
  return {
    /** Gives how many partitions were validated; the others of the batch were there. */
    async validateBatch({ list, at }: BatchInput): Promise<number> {
      const batch = await keptBatch<PartitionBatch>(ports.store, list, at);
      return whileBeating(() => validateBatch(ports, batch, (done, total) => heartbeat({ done, total })));
    },
  };
}
