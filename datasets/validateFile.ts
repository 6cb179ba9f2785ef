import { extname, resolve } from 'node:path';
import type { ContractPlan } from '../core/plan.ts';
import type { PartitionVersion } from '../core/snapshot.ts';
import type { Hour } from '../core/time.ts';
import { requireJson } from '../storage/objects.ts';
import { compileContract } from './compileContract.ts';
import type { DataPorts } from './dataPorts.ts';
import { indexSource } from './indexSource.ts';
import { inParallel } from './inParallel.ts';
import { reportKey } from './partitionKey.ts';
import type { PartitionReport, QuarantinedRow } from './partitionReport.ts';
import { validatePartitions } from './validatePartitions.ts';

/** What a contract says of a whole file. */
export interface FileReport {
  readonly contract: string;
  readonly file: string;
  /** SHA-256 of the file. */
  readonly digest: string;
  readonly rows: number;
  readonly quarantined: number;
  /** 0 to 1. */
  readonly share: number;
  /** Whether the share is within the contract's `quarantine.atMost`. */
  readonly withinBudget: boolean;
  /** Hours with rows, the first and the last of them. */
  readonly hours: { readonly count: number; readonly first: Hour | null; readonly last: Hour | null };
  /** Rows without an event time, malformed lines among them. */
  readonly undated: number;
  /** Every broken rule, the one that most rows break first. */
  readonly rules: readonly { readonly rule: string; readonly text: string; readonly rows: number }[];
  /** Some bad rows: one at least for each broken rule in turn, at most `samplesShown`. */
  readonly samples: readonly QuarantinedRow[];
  /** The partitions behind it, to read the whole quarantine with `readQuarantine`. */
  readonly parts: readonly PartitionVersion[];
}

const samplesShown = 10;

/** Judges all rows of a file by a contract. A `.csv` or `.parquet` file is read as what it is. Throws as `indexSource`. */
export async function validateFile(ports: DataPorts, contract: ContractPlan, path: string): Promise<FileReport> {
  const file = resolve(ports.folder, path);
  const ofFile: ContractPlan = {
    ...contract,
    source: { kind: kindOf(file, contract), at: { path: file }, partition: 'hour' },
  };
  const index = await indexSource(ports, ofFile);
  const hours = index.hours.map(({ hour }) => hour);
  const { parts: dated, undated } = await validatePartitions(ports, ofFile, index, hours, undefined);
  const parts = undated === null ? dated : [...dated, undated];
  const rows = sum(parts.map((part) => part.read));
  const quarantined = sum(parts.map((part) => part.quarantined));
  const rules = brokenRules(ofFile, parts);
  return {
    contract: contract.id,
    file,
    digest: index.digest,
    rows,
    quarantined,
    share: quarantined / rows,
    withinBudget: quarantined / rows <= contract.quarantine.atMost,
    hours: { count: hours.length, first: hours[0] ?? null, last: hours.at(-1) ?? null },
    undated: undated?.read ?? 0,
    rules,
    samples: await samplesOf(ports, ofFile, parts, rules),
    parts,
  };
}

function kindOf(file: string, contract: ContractPlan): 'parquet' | 'csv' {
  const ending = extname(file).toLowerCase();
  return ending === '.csv' ? 'csv' : ending === '.parquet' ? 'parquet' : contract.source.kind;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function brokenRules(contract: ContractPlan, parts: readonly PartitionVersion[]): FileReport['rules'] {
  const counted = compileContract(contract).rules.map(({ id, text }) => {
    return { rule: id, text, rows: sum(parts.map((part) => part.reasons[id] ?? 0)) };
  });
  return counted.filter(({ rows }) => rows > 0).sort((a, b) => b.rows - a.rows);
}

async function samplesOf(
  ports: DataPorts,
  contract: ContractPlan,
  parts: readonly PartitionVersion[],
  rules: FileReport['rules'],
): Promise<QuarantinedRow[]> {
  const bad = parts.filter((part) => part.quarantined > 0);
  const reports = await inParallel(bad, ({ key }) =>
    requireJson<PartitionReport>(ports.store, reportKey(contract, key)),
  );
  const rows = reports.flatMap((report) => report.sample);
  const firsts = rules.flatMap(({ rule }) => rows.filter(({ reasons }) => reasons.includes(rule)).slice(0, 1));
  return [...new Set([...firsts, ...rows])].slice(0, samplesShown);
}
