import { heartbeat } from '@temporalio/activity';
import { type PartitionBatch, validateBatch } from '../datasets/partitions/partitionBatches.ts';
import { type FileBatch, readFileBatch } from '../datasets/sources/fileBatches.ts';
import type { Ports } from './ports.ts';
import { createScoreBatchActivities } from './score.ts';
import { whileBeating } from './whileBeating.ts';
import { type BatchInput, keptBatch, leaveResult } from './workList.ts';

/** Pieces of stage 1 and of scoring that many workers share, where there is much at once. */
export function createBatchActivities(ports: Ports) {
  return {
    ...createScoreBatchActivities(ports),
    /** Reads source files, and leaves what they hold for whoever asked. */
    async readFiles({ list, at }: BatchInput): Promise<void> {
      const batch = await keptBatch<FileBatch>(ports.store, list, at);
      await whileBeating(async () => leaveResult(ports.store, list, at, await readFileBatch(ports, batch)));
    },
    /** Gives how many partitions were validated; the others of the batch were there. */
    async validateBatch({ list, at }: BatchInput): Promise<number> {
      const batch = await keptBatch<PartitionBatch>(ports.store, list, at);
      return whileBeating(() => validateBatch(ports, batch, (done, total) => heartbeat({ done, total })));
    },
  };
}
