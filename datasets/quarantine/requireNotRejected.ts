import { contractOutcome } from '../../core/contractOutcome.ts';
import type { ContractPlan } from '../../core/contractPlan.ts';
import { WhetError } from '../../core/errors.ts';
import type { PartitionVersion } from '../../core/snapshot.ts';
import { checkedFile } from '../../storage/checkedFile.ts';
import type { DataPorts } from '../dataPorts.ts';
import { quarantineKey } from '../partitions/partitionKey.ts';
import type { QuarantinedRow } from '../partitions/partitionReport.ts';
import { quarantineRows } from './quarantineRows.ts';

/**
 * Throws `contract.rejected` where a row breaks a rule of severity `reject`: the rule that most rows break, how many,
 * and the first of them. All of them are in quarantine.
 */
export async function requireNotRejected(
  ports: DataPorts,
  contract: ContractPlan,
  parts: readonly PartitionVersion[],
): Promise<void> {
  const { rejecting } = contractOutcome(contract, parts);
  const [worst] = Object.entries(rejecting).sort(([, a], [, b]) => b - a);
  if (worst === undefined) return;
  const [rule, rows] = worst;
  const example = await firstRow(ports, contract, parts, rule);
  throw new WhetError('contract.rejected', {
    expected: `no row that breaks '${rule}' of contract '${contract.id}', whose severity is reject`,
    came: `${rows} row${rows === 1 ? '' : 's'}${example === undefined ? '' : `, such as ${placeOf(example)}`}`,
  });
}

async function firstRow(
  ports: DataPorts,
  contract: ContractPlan,
  parts: readonly PartitionVersion[],
  rule: string,
): Promise<QuarantinedRow | undefined> {
  const part = parts.find(({ reasons }) => (reasons[rule] ?? 0) > 0);
  if (part === undefined) return undefined;
  const path = await checkedFile(ports.store, quarantineKey(contract, part.key));
  return (await quarantineRows(ports.database, contract, [path], 1, rule))[0];
}

function placeOf({ hour, row, file, line, values, malformed }: QuarantinedRow): string {
  const at = `row ${row} of ${hour}${file === null ? '' : ` in ${file}`}${line === null ? '' : `, line ${line}`}`;
  return `${at}: ${malformed ?? JSON.stringify(values)}`;
}
