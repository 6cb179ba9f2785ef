import { join, resolve } from 'node:path';
import type { ContractPlan } from '../../core/contractPlan.ts';
import { type Hour, hourOf } from '../../core/time.ts';
import type { DataPorts } from '../dataPorts.ts';
import { inTemporaryFolder } from '../inTemporaryFolder.ts';
import { quarantineRows } from '../quarantine/quarantineRows.ts';
import { compileContract } from '../rules/compileContract.ts';
import { type IndexedHour, indexSource, type SourceIndex, sourceTable } from '../sources/indexSource.ts';
import { kindOfFile } from '../sources/kindOfFile.ts';
import { hoursRange } from './hoursRange.ts';
import { type HourCounts, type JudgedRows, judgeRows } from './judgeRows.ts';
import { undatedHour } from './partitionKey.ts';
import type { QuarantinedRow } from './partitionReport.ts';

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
  /** Every hour's counts, the undated rows (hour `undated`) last. */
  readonly parts: readonly HourReport[];
}

export interface HourReport {
  readonly hour: Hour | 'undated';
  readonly read: number;
  readonly quarantined: number;
  readonly reasons: Readonly<Record<string, number>>;
}

const samplesShown = 10;

/**
 * Judges all rows of a file (or of a folder or pattern) by a contract, and stores none. A `.csv`, `.ndjson`, `.jsonl` or `.parquet` file is read as
 * what it is, whatever the contract names, and so is a `.gz` or `.zst` of one. Throws as
 * `indexSource` and `compileContract`.
 */
export async function validateFile(ports: DataPorts, contract: ContractPlan, path: string): Promise<FileReport> {
  const file = resolve(ports.folder, path);
  const source = { kind: kindOfFile(file) ?? contract.source.kind, at: { path: file }, partition: 'hour' } as const;
  const ofFile: ContractPlan = { ...contract, source };
  const index = await indexSource(ports, ofFile);
  const { parts, samples } = await judged(ports, ofFile, index);
  const rows = sum(parts.map((part) => part.read));
  const quarantined = sum(parts.map((part) => part.quarantined));
  return {
    contract: contract.id,
    file,
    digest: index.digest,
    rows,
    quarantined,
    share: quarantined / rows,
    withinBudget: quarantined / rows <= contract.quarantine.atMost,
    hours: { count: index.hours.length, first: index.hours[0]?.hour ?? null, last: index.hours.at(-1)?.hour ?? null },
    undated: index.undated?.rows ?? 0,
    rules: brokenRules(ofFile, parts),
    samples,
    parts,
  };
}

function judged(
  ports: DataPorts,
  contract: ContractPlan,
  index: SourceIndex,
): Promise<Pick<FileReport, 'parts' | 'samples'>> {
  return inTemporaryFolder(async (folder) => {
    const compiled = compileContract(contract);
    const judging = async (hours: readonly IndexedHour[]) => {
      return { contract, compiled, source: await sourceTable(ports, index, hours) };
    };
    const quarantine = (name: string) => join(folder, `${name}.parquet`);
    const reports = (name: string) => async (rows: JudgedRows) => {
      await ports.database.run(rows.table.writeQuarantine('all', quarantine(name)));
      return [...rows.counts.values()].map(hourReport);
    };
    const undated = index.undated === null ? [] : [{ ...index.undated, hour: undatedHour }];
    const dated = await judgeRows(
      ports,
      await judging(index.hours),
      index.hours,
      hoursRange(index.hours),
      reports('dated'),
    );
    const others = await judgeRows(ports, await judging(undated), undated, 'undated', reports('undated'));
    const parts = [...dated, ...others];
    const paths = [quarantine('dated'), quarantine('undated')];
    return { parts, samples: await samplesOf(ports, contract, paths, brokenRules(contract, parts)) };
  });
}

function hourReport({ start, read, quarantined, reasons }: HourCounts): HourReport {
  return { hour: start === null ? undatedHour : hourOf(start), read, quarantined, reasons };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function brokenRules(contract: ContractPlan, parts: readonly HourReport[]): FileReport['rules'] {
  const counted = compileContract(contract).rules.map(({ id, text }) => {
    return { rule: id, text, rows: sum(parts.map((part) => part.reasons[id] ?? 0)) };
  });
  return counted.filter(({ rows }) => rows > 0).sort((a, b) => b.rows - a.rows);
}

/** The first row of each broken rule, then the first of all, each once. */
async function samplesOf(
  ports: DataPorts,
  contract: ContractPlan,
  paths: readonly string[],
  rules: FileReport['rules'],
): Promise<QuarantinedRow[]> {
  const found: QuarantinedRow[] = [];
  for (const { rule } of rules.slice(0, samplesShown)) {
    found.push(...(await quarantineRows(ports.database, contract, paths, 1, rule)));
  }
  found.push(...(await quarantineRows(ports.database, contract, paths, samplesShown)));
  const byPlace = new Map(found.map((row) => [`${row.hour}/${row.row}`, row]));
  return [...byPlace.values()].slice(0, samplesShown);
}
