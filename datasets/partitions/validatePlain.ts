import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rowRules } from '../../core/rowRules.ts';
import type { PartitionVersion } from '../../core/snapshot.ts';
import { putObject } from '../../storage/objects.ts';
import { sqlFile, sqlText } from '../database.ts';
import type { DataPorts } from '../dataPorts.ts';
import { inTemporaryFolder } from '../inTemporaryFolder.ts';
import { plainMarks } from '../plain/plainMarks.ts';
import { type Ask, onThreadFor } from '../plain/plainThreads.ts';
import { hoursRange } from './hoursRange.ts';
import { type Judging, judgedTable, reasonsOf } from './judgedTable.ts';
import { type HourCounts, rowsPerRule, startOf } from './judgeRows.ts';
import type { Wanted } from './lookUpPartitions.ts';
import { markedRows } from './markedRows.ts';
import { placedTable } from './placedTable.ts';
import { storedContent } from './storedContent.ts';
import { type CleanRows, type JudgedHours, storeHours } from './storePartitions.ts';

/** Sums of more numbers would be rounded. */
const mostRows = 1 << 21;

/**
 * Validates hours of NDJSON as `validateRows` does, with the same outcome, without a table of all rows: their columns are
 * read in this process, where most rows are seen to break no rule; DuckDB judges the others, and each text once. Undefined
 * where the rows or the contract are not of the kinds that are known here, and where DuckDB would judge more than a share
 * of `mostMarked` all the same.
 */
export async function validatePlain(
  ports: DataPorts,
  judging: Judging,
  wanted: readonly Wanted[],
  onStored: () => void,
  mostMarked = 0.2,
): Promise<PartitionVersion[] | undefined> {
  const { contract, source } = judging;
  const judgedAt = wanted[0]?.clock?.judgedAt;
  const rows = wanted.map((hour) => hour.rows);
  if (!isPlainlyJudged(judging, wanted) || Math.max(...rows) > mostRows) return undefined;
  const starts = wanted.map((hour) => startOf(hour) ?? 0);
  const files = source.parts.map(({ file }) => file);
  const work = async (ask: Ask): Promise<PartitionVersion[] | undefined> => {
    try {
      const { isPlain } = await ask({ kind: 'open', contract, files, starts, rows });
      if (!isPlain) return undefined;
      const { marked } = await ask({ kind: 'judge', judgedAt, badTexts: await badTexts(ports, judging, ask) });
      const sum = marked.reduce((total, count) => total + count, 0);
      if (sum > mostMarked * rows.reduce((total, count) => total + count, 0)) return undefined;
      return await storedPlain(ports, judging, wanted, { ask, marked, onStored });
    } finally {
      await ask({ kind: 'close' });
    }
  };
  return onThreadFor(
    rows.reduce((total, count) => total + count, 0),
    work,
  );
}

/** Whether the rules are of the kinds that are known here. */
export function isPlainlyJudged({ contract, across = [] }: Judging, wanted: readonly Wanted[]): boolean {
  if (contract.source.kind !== 'ndjson' || across.length > 0) return false;
  return plainMarks(contract, wanted[0]?.clock?.judgedAt) !== undefined;
}

/** By column the numbers of the texts that break a rule. */
async function badTexts(
  ports: DataPorts,
  { contract, compiled }: Judging,
  ask: Ask,
): Promise<Record<number, number[]>> {
  const rules = rowRules(contract).flatMap((rule, at) =>
    rule.kind === 'check' && rule.column.type === 'string' ? [{ at: rule.at, sql: compiled.rules[at]?.sql ?? '' }] : [],
  );
  const bad: Record<number, number[]> = {};
  for (const [column, ofColumn] of Map.groupBy(rules, ({ at }) => at)) {
    const { parquet } = await ask({ kind: 'texts', column });
    const isBad = ofColumn.map(({ sql }) => `(${sql})`).join(' OR ');
    bad[column] = await inTemporaryFolder(async (folder) => {
      const path = join(folder, 'texts.parquet');
      await writeFile(path, parquet);
      const texts = `SELECT number, text AS v${column} FROM read_parquet(${sqlFile(path)})`;
      const found = await ports.database.rowsBeside<{ number: number }>(
        `SELECT CAST(number AS DOUBLE) AS number FROM (${texts}) WHERE ${isBad}`,
      );
      return found.map(({ number }) => number);
    });
  }
  return bad;
}

interface Judged {
  readonly ask: Ask;
  readonly marked: readonly number[];
  readonly onStored: () => void;
}

function storedPlain(
  ports: DataPorts,
  judging: Judging,
  wanted: readonly Wanted[],
  { ask, marked, onStored }: Judged,
): Promise<PartitionVersion[]> {
  const { contract } = judging;
  return withMarked(ports, judging, wanted, { ask, marked }, ({ counts, bad, without }) => {
    const clean = cleanOnThread(ports, judging, ask, without);
    return storeHours(ports, contract, { bad, clean, counts }, wanted, (part) => {
      onStored();
      return part;
    });
  });
}

function cleanOnThread(
  ports: DataPorts,
  { contract }: Judging,
  ask: Ask,
  without: ReadonlyMap<number, readonly number[]>,
): CleanRows {
  return async ({ start }) => {
    const { parquet, content, sketch } = await ask({ kind: 'part', start, without: without.get(start) ?? [] });
    const object = await putObject(ports.store, parquet);
    return { object, content: content ?? (await contentOf(ports, { contract }, parquet)), sketch };
  };
}

function contentOf(ports: DataPorts, { contract }: Pick<Judging, 'contract'>, parquet: Uint8Array): Promise<string> {
  return inTemporaryFolder(async (folder) => {
    const path = join(folder, 'clean.parquet');
    await writeFile(path, parquet);
    return storedContent(ports, contract, path);
  });
}

interface MarkedRows extends Pick<JudgedHours, 'bad' | 'counts'> {
  /** By the hour's start the ordinals of the rows that are not clean. */
  readonly without: ReadonlyMap<number, readonly number[]>;
}

/** Lets DuckDB judge the marked rows, and does work with what it finds. */
function withMarked<T>(
  ports: DataPorts,
  judging: Judging,
  wanted: readonly Wanted[],
  { ask, marked }: Pick<Judged, 'ask' | 'marked'>,
  work: (rows: MarkedRows) => Promise<T>,
): Promise<T> {
  const { contract } = judging;
  const name = `marked_${randomUUID().replaceAll('-', '')}`;
  const bad = placedTable(contract, `${name}_placed`);
  if (marked.every((count) => count === 0)) {
    return work({ bad, counts: countsOf(wanted, [], new Map(), new Map()), without: new Map() });
  }
  return inTemporaryFolder(async (folder) => {
    const source = await markedRows(judging.source, { ask, marked, folder });
    const table = judgedTable({ ...judging, source }, name);
    const { database } = ports;
    try {
      await database.run(
        table.create(
          hoursRange(wanted),
          wanted.map((hour) => startOf(hour) ?? 0),
        ),
      );
      await database.run(placed({ ...judging, source }, name));
      const reasons = await rowsPerRule(ports, table.reasons);
      const warnings = await rowsPerRule(ports, table.warnings);
      const rows = await database.rows<BadRow>(
        `SELECT CAST(hour AS DOUBLE) AS start, CAST(row AS DOUBLE) AS row FROM ${name}_placed WHERE NOT clean`,
      );
      const byHour = Map.groupBy(rows, ({ start }) => start);
      const without = new Map([...byHour].map(([start, held]) => [start, held.map(({ row }) => row)]));
      return await work({ bad, counts: countsOf(wanted, rows, reasons, warnings), without });
    } finally {
      await database.run(`DROP TABLE IF EXISTS ${name}_placed`);
      await database.run(table.drop);
    }
  });
}

interface BadRow {
  readonly start: number;
  readonly row: number;
}

/** The judged rows with what `placedTable` needs beside their values. */
function placed({ contract, compiled, source }: Judging, name: string): string {
  const rows = source.parts.map(
    ({ file }, part) => `SELECT ${part} AS of, _line, _row FROM read_parquet(${sqlFile(file)})`,
  );
  const from = `[${source.parts.map((part) => sqlText(part.from)).join(', ')}][part + 1]`;
  return `CREATE TABLE ${name}_placed AS SELECT judged.*, _row AS row, ${reasonsOf(compiled)} AS reasons,
    ${sqlText(`${contract.id}@${contract.version}`)} AS judged_by, ${from} AS file
    FROM ${name} AS judged JOIN (${rows.join(' UNION ALL ')}) ON part = of AND place = _line`;
}

type ByRule = Awaited<ReturnType<typeof rowsPerRule>>;

function countsOf(
  wanted: readonly Wanted[],
  bad: readonly BadRow[],
  reasons: ByRule,
  warnings: ByRule,
): ReadonlyMap<number | null, HourCounts> {
  const quarantined = new Map<number, number>();
  for (const { start } of bad) quarantined.set(start, (quarantined.get(start) ?? 0) + 1);
  const counted = wanted.map((hour): [number, HourCounts] => {
    const start = startOf(hour) ?? 0;
    const found = { quarantined: quarantined.get(start) ?? 0, reasons: reasons.get(start) ?? {} };
    return [start, { start, first: 0, read: hour.rows, ...found, warnings: warnings.get(start) ?? {} }];
  });
  return new Map(counted.filter(([, { read }]) => read > 0));
}
