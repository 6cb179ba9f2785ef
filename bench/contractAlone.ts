import { type ContractOutput, createContractActivities } from '../activities/contract.ts';
import type { Ports } from '../activities/ports.ts';
import type { Plan } from '../core/plan.ts';
import { workAlone } from './workAlone.ts';

/** The contract stage as a run makes it with a single worker. */
export async function contractAlone(ports: Ports, plan: Plan, asOf: string): Promise<ContractOutput> {
  const { contract } = createContractActivities(ports);
  return (await workAlone(ports, (done) => contract({ plan, asOf, done }))).output;
}
