import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { acrossRules } from '../../core/acrossRules.ts';
import { contractOutcome, type Outcome } from '../../core/contractOutcome.ts';
import type { ContractPlan, Severity } from '../../core/contractPlan.ts';
import { WhetError } from '../../core/errors.ts';
import { type Hour, hourOf } from '../../core/time.ts';
import { markBroken } from '../across/markBroken.ts';
import type { DataPorts } from '../dataPorts.ts';
import { badRowsOf } from '../quarantine/quarantineRows.ts';
import { type CompiledContract, compileContract } from '../rules/compileContract.ts';
import { eventRange } from '../sources/eventRange.ts';
import { kindOfFile } from '../sources/kindOfFile.ts';
import type { SourceTable } from '../sources/rawRows.ts';
import { readingSource } from '../sources/readingSource.ts';
import { wholeSource } from '../sources/wholeSource.ts';
import { type FileTable, fileTable } from './fileTable.ts';
import type { Judging } from './judgedTable.ts';
import type { QuarantinedRow } from './partitionReport.ts';
import { type CountedRule, tallyOf } from './tallyOf.ts';

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
  /** By the rules of rows and the budget; rules over the window are judged in a run. */
  readonly outcome: Outcome;
  /** Whether the share is within the contract's `quarantine.atMost`. */
  readonly withinBudget: boolean;
  /** The first and the last hour with rows; null where no row has an event time. */
  readonly hours: { readonly first: Hour | null; readonly last: Hour | null };
  /** Rows without an event time, malformed lines among them. */
  readonly undated: number;
  /** Every broken rule, the one that most rows break first. */
  readonly rules: readonly BrokenRule[];
  /** Some bad rows in their order in the file: one at least for each broken rule in turn, at most `samplesShown`. */
  readonly samples: readonly FileRow[];
}

export interface BrokenRule {
  readonly rule: string;
  readonly text: string;
  readonly severity: Severity;
  readonly rows: number;
}

/** A bad row by its place in the file: its `line`, or its row. */
export interface FileRow extends Omit<QuarantinedRow, 'row'> {
  /** Its number in a Parquet file, or among the well-formed rows of a CSV file, from 0; null of all others. */
  readonly row: number | null;
}

export interface FileOptions {
  /** Milliseconds UTC: what rules on the future compare to. */
  readonly judgedAt?: number;
  /** Where every bad row goes with all its reasons: a Parquet file, written over if it is there. */
  readonly quarantineTo?: string;
}

const samplesShown = 10;

/**
 * Judges all rows of a file (or of a folder or pattern) by a contract, and stores none of the good ones. A `.csv`,
 * `.ndjson`, `.jsonl` or `.parquet` file is read as what it is, whatever the contract names, and so is a `.gz` or `.zst`
 * of one. Throws as `wholeSource` and `compileContract`, and `source.empty` where there is no row.
 */
export async function validateFile(
  ports: DataPorts,
  contract: ContractPlan,
  path: string,
  options: FileOptions = {},
): Promise<FileReport> {
  const file = resolve(ports.folder, path);
  const { kind, nulls } = contract.source;
  const at = { kind: kindOfFile(file) ?? kind, at: { path: file }, partition: 'hour' } as const;
  const source = nulls === undefined ? at : { ...at, nulls };
  const ofFile: ContractPlan = { ...contract, source };
  const compiled = compileContract(ofFile, options.judgedAt);
  // Whether a value is one of another contract's is for a run to say: a file is judged by itself.
  const across = acrossRules(contract).filter(({ rule }) => rule.kind !== 'references');
  const { digest, result } = await wholeSource(ports, ofFile, (table) =>
    judged(ports, { contract: ofFile, compiled, across, source: table }, options),
  );
  const share = result.quarantined / result.rows;
  const withinBudget = share <= contract.quarantine.atMost;
  const outcome = outcomeOf(ofFile, result);
  return { contract: contract.id, file, digest, share, outcome, withinBudget, ...result };
}

function outcomeOf(contract: ContractPlan, { rows, quarantined, rules }: Judged): Outcome {
  const [warned, broken] = [true, false].map((isWarning) =>
    Object.fromEntries(rules.flatMap((one) => ((one.severity === 'warn') === isWarning ? [[one.rule, one.rows]] : []))),
  );
  return contractOutcome(contract, [{ read: rows, quarantined, reasons: broken ?? {}, warnings: warned ?? {} }])
    .outcome;
}

type Judged = Pick<FileReport, 'rows' | 'quarantined' | 'hours' | 'undated' | 'rules' | 'samples'>;

async function judged(ports: DataPorts, judging: Judging, { quarantineTo }: FileOptions): Promise<Judged> {
  const name = `judged_${randomUUID().replaceAll('-', '')}`;
  const table = fileTable(judging, name);
  try {
    await readingSource(judging.source.name, () => ports.database.run(table.create));
    await markBroken(ports.database, judging, name, table.order);
    const { rows, hours } = await hoursOf(ports, judging);
    const [found] = await allEnded([foundIn(ports, judging, table), written(ports, table, quarantineTo)]);
    return { rows, hours, ...found };
  } finally {
    await ports.database.run(table.drop);
  }
}

async function foundIn(ports: DataPorts, judging: Judging, table: FileTable) {
  const { quarantined, undated, broken } = await tallyOf(ports.database, judging.compiled, table);
  const samples = await samplesOf(ports, judging, table, broken);
  return { quarantined, undated, rules: brokenRules(judging.compiled, broken), samples };
}

async function written({ database }: DataPorts, table: FileTable, quarantineTo: string | undefined): Promise<void> {
  if (quarantineTo !== undefined) await database.runBeside(table.writeQuarantine(quarantineTo));
}

/** As `Promise.all`, but with nothing left under way where one fails: what follows drops the table. */
async function allEnded<T extends readonly unknown[]>(works: { [K in keyof T]: Promise<T[K]> }): Promise<T> {
  await Promise.allSettled(works);
  return (await Promise.all(works)) as unknown as T;
}

async function hoursOf({ database }: DataPorts, { contract, source }: Judging) {
  const { rows, firstMs, lastMs } = await readingSource(source.name, () => eventRange(database, contract, source));
  if (rows === 0) throw new WhetError('source.empty', { expected: `rows in ${source.name}`, came: 'none' });
  const name = (ms: number | null): Hour | null => (ms === null ? null : hourOf(ms));
  return { rows, hours: { first: name(firstMs), last: name(lastMs) } };
}

function brokenRules({ rules }: CompiledContract, broken: readonly CountedRule[]): BrokenRule[] {
  const rows = new Map(broken.map((one) => [one.bit, one.rows]));
  const counted = rules.map(({ id, text, severity, bit }) => ({ rule: id, text, severity, rows: rows.get(bit) ?? 0 }));
  return counted.filter((one) => one.rows > 0).sort((a, b) => b.rows - a.rows);
}

/** The first row of each broken rule, then the first of all, each once. */
async function samplesOf(
  { database }: DataPorts,
  { contract, compiled, source }: Judging,
  table: FileTable,
  broken: readonly CountedRule[],
): Promise<FileRow[]> {
  const grave = broken.filter(({ bit }) => compiled.rules[bit]?.severity !== 'warn');
  const firsts = grave.sort((a, b) => b.rows - a.rows).map(({ first }) => first);
  const next = await database.rows<{ id: number }>(table.firstBad(samplesShown));
  const chosen = [...new Set([...firsts, ...next.map(({ id }) => id)])].slice(0, samplesShown);
  const rows = chosen.length === 0 ? [] : await badRowsOf(database, contract, table.chosen(chosen));
  const placed = rows.map((row) => ({ ...row, row: row.line === null && row.malformed === null ? row.row : null }));
  return placed.sort((a, b) => fileOf(source, a) - fileOf(source, b) || placeOf(a) - placeOf(b));
}

function fileOf({ parts }: SourceTable, { file }: FileRow): number {
  return parts.findIndex(({ from }) => from === file);
}

/** The malformed lines of a CSV file come last. */
function placeOf({ row, line }: FileRow): number {
  return line ?? row ?? Number.POSITIVE_INFINITY;
}
