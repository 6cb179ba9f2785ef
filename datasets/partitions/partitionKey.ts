import { acrossSeverity, hourRules } from '../../core/acrossRules.ts';
import type { ContractPlan } from '../../core/contractPlan.ts';
import { rowRules } from '../../core/rowRules.ts';
import { rowSeverity } from '../../core/severity.ts';
import { digestOfValue } from '../../storage/digest.ts';
import type { IndexedHour } from '../sources/indexFile.ts';

/** Part of every partition's key: raise it when the same rows under the same contract give another partition. */
export const partitionVersion = 3;

/** The hour of a partition that holds the rows without an event time. */
export const undatedHour = 'undated';

/** The key of a partition: the same rows (in any order) under the same row rules have the same one. */
export function partitionKey(rowRules: string, { hour, hash, rows }: IndexedHour): string {
  // In the order of the canonical text, which need not be sorted then: of thousands of hours in a first run.
  return digestOfValue({ contract: rowRules, hash, hour, rows, version: partitionVersion });
}

/**
 * The key of a partition in which a row is in the future of the time that it is judged by. A partition without such a
 * row is the same at any later time, and keeps its own key: it is judged once. One that has some is judged again by
 * each run until time has passed them, and each verdict is kept beside the others, under the time that it depends on.
 */
export function futureKey(key: string, judgedAt: number): string {
  return digestOfValue({ key, judgedAt });
}

/**
 * SHA-256 of the part of a contract that a partition by itself depends on. The place of the source, rules that look at
 * other hours, the batch rules, the quarantine's budget, and what is rejected in place of quarantined, may change without
 * a row being read again.
 */
export function rowRulesDigest(contract: ContractPlan): string {
  const { id, columns, eventTime, key, rules, source } = contract;
  const warning = rowRules(contract).flatMap((rule) => (rowSeverity(contract, rule.id) === 'warn' ? [rule.id] : []));
  const across = hourRules(contract).map((one) => [one.rule, acrossSeverity(contract, one) === 'warn']);
  // Other contracts keep the keys that they had before there were paths.
  const partition = source.partition === 'path' ? 'path' : undefined;
  return digestOfValue({ id, columns, eventTime, key, rules, warning, across, kind: source.kind, partition });
}

export function reportKey(contract: ContractPlan, key: string): string {
  return `datasets/${contract.id}/partitions/${key}/report.json`;
}

export function quarantineKey(contract: Pick<ContractPlan, 'id'>, key: string): string {
  return `datasets/${contract.id}/partitions/${key}/quarantine.parquet`;
}
