import type { ContractPlan } from '../core/contractPlan.ts';
import { WhetError } from '../core/errors.ts';
import { loadContracts } from './catalogue.ts';

/** A contract by its id, as the files in `pipelines/` of a folder say it. Throws `contract.unknown`. */
export async function contractOf(folder: string, id: string): Promise<ContractPlan> {
  const contracts = await loadContracts(folder);
  const found = contracts.get(id);
  if (found !== undefined) return found;
  const known = [...contracts.keys()].map((one) => `'${one}'`).join(', ') || 'none yet';
  throw new WhetError('contract.unknown', { expected: `a contract of pipelines/ (${known})`, came: `'${id}'` });
}
