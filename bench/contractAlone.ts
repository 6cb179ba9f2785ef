import { createBatchActivities } from '../activities/batches.ts';
import { type ContractOutput, createContractActivities } from '../activities/contract.ts';
import type { Ports } from '../activities/ports.ts';
import { isOpened } from '../core/openWork.ts';
import type { Plan } from '../core/plan.ts';
import { asActivity } from './asActivity.ts';

/** The contract stage as a run makes it with a single worker: what is opened for all is done here, batch by batch. */
export async function contractAlone(ports: Ports, plan: Plan, asOf: string): Promise<ContractOutput> {
  const { contract } = createContractActivities(ports);
  const { readFiles, validateBatch } = createBatchActivities(ports);
  const works = { files: readFiles, partitions: validateBatch };
  const done: string[] = [];
  for (;;) {
    const answer = await asActivity(() => contract({ plan, asOf, done }));
    if (!isOpened(answer)) return answer.output;
    const { kind, list, batches } = answer.open;
    for (let at = 0; at < batches; at += 1) await asActivity<unknown>(() => works[kind]({ list, at }));
    done.push(list);
  }
}
