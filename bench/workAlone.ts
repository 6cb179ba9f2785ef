import { createBatchActivities } from '../activities/batches.ts';
import type { Ports } from '../activities/ports.ts';
import { isOpened, type Opened } from '../core/openWork.ts';
import { asActivity } from './asActivity.ts';

/** What an activity answers a workflow with a single worker: what it opens for all is done here, batch by batch. */
export async function workAlone<T extends object>(
  ports: Ports,
  ask: (done: readonly string[]) => Promise<T | Opened>,
): Promise<T> {
  const { readFiles, validateBatch, openInputs, scoreBatch } = createBatchActivities(ports);
  const works = { files: readFiles, partitions: validateBatch, inputs: openInputs, scores: scoreBatch };
  const done: string[] = [];
  for (;;) {
    const answer = await asActivity(() => ask(done));
    if (!isOpened(answer)) return answer;
    const { kind, list, batches } = answer.open;
    for (let at = 0; at < batches; at += 1) await asActivity<unknown>(() => works[kind]({ list, at }));
    done.push(list);
  }
}
