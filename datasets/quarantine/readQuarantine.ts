import type { ContractPlan } from '../../core/contractPlan.ts';
import type { PartitionVersion } from '../../core/snapshot.ts';
import { checkedFile } from '../../storage/checkedFile.ts';
import { concurrently, storeHands } from '../../storage/concurrently.ts';
import type { DataPorts } from '../dataPorts.ts';
import { quarantineKey } from '../partitions/partitionKey.ts';
import type { QuarantinedRow } from '../partitions/partitionReport.ts';
import { quarantineRows } from './quarantineRows.ts';

export type { QuarantinedRow } from '../partitions/partitionReport.ts';

/** Every bad row of some partitions, by hour and row, with all its reasons. Throws `storage.missing`, `storage.damaged`. */
export async function readQuarantine(
  ports: DataPorts,
  contract: ContractPlan,
  parts: readonly PartitionVersion[],
): Promise<QuarantinedRow[]> {
  const held = parts.filter((part) => part.quarantined > 0);
  const paths = await concurrently(held, storeHands, ({ key }) =>
    checkedFile(ports.store, quarantineKey(contract, key)),
  );
  return quarantineRows(ports.database, contract, paths, Number.MAX_SAFE_INTEGER);
}
