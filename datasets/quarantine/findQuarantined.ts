import type { PartitionVersion } from '../../core/snapshot.ts';
import { sqlName, sqlText } from '../database.ts';
import type { DataPorts } from '../dataPorts.ts';
import type { QuarantinedRow } from '../partitions/partitionReport.ts';
import { quarantineFiles } from './quarantineFiles.ts';
import type { QuarantineScope } from './quarantineOf.ts';

/** A bad row with the contract that it was judged by, as `flights@1.0.0`, and the partition that it belongs to. */
export interface FoundRow extends QuarantinedRow {
  readonly contract: string;
  readonly partition: string;
}

export interface QuarantineFilter {
  readonly hour?: string | undefined;
  readonly rule?: string | undefined;
  readonly limit: number;
}

/**
 * Bad rows by hour and row: those of an hour and with a reason, if these are named, and `limit` at most. Only the files
 * that they lie in are read. Throws `storage.missing`, `storage.damaged`.
 */
export async function findQuarantined(
  ports: Pick<DataPorts, 'store' | 'database'>,
  { contract, parts }: QuarantineScope,
  filter: QuarantineFilter,
): Promise<FoundRow[]> {
  const holding = firstOf(matching(parts, filter), filter);
  if (holding.length === 0) return [];
  const { from, columns } = await quarantineFiles(ports, contract, holding);
  const values = columns.map((name, k) => `CAST(${sqlName(name)} AS VARCHAR) AS t${k}`);
  const own = `_hour AS hour, CAST(_row AS DOUBLE) AS row, to_json(_reasons) AS reasons, _malformed AS malformed,
    _file AS file, CAST(_line AS DOUBLE) AS line, _contract AS contract, _partition AS partition`;
  const where = filter.rule === undefined ? '' : ` WHERE list_contains(_reasons, ${sqlText(filter.rule)})`;
  const found = await ports.database.rows<StoredRow>(
    `SELECT ${[own, ...values].join(', ')} FROM ${from}${where} ORDER BY hour, row LIMIT ${filter.limit}`,
  );
  return found.map(({ hour, row, reasons, malformed, file, line, contract: judgedBy, partition, ...texts }) => ({
    hour,
    row,
    reasons: JSON.parse(reasons) as string[],
    values: Object.fromEntries(columns.map((name, k) => [name, texts[`t${k}`] ?? null])),
    malformed,
    file,
    line,
    contract: judgedBy,
    partition,
  }));
}

interface StoredRow extends Omit<FoundRow, 'reasons' | 'values'> {
  readonly reasons: string;
  readonly [text: `t${number}`]: string | null;
}

function matching(parts: readonly PartitionVersion[], { hour, rule }: QuarantineFilter): PartitionVersion[] {
  return parts.filter(
    (part) =>
      part.quarantined > 0 &&
      (hour === undefined || part.hour === hour) &&
      (rule === undefined || (part.reasons[rule] ?? 0) > 0),
  );
}

/** As many of the first partitions as hold the rows that are asked for. */
function firstOf(parts: readonly PartitionVersion[], { rule, limit }: QuarantineFilter): PartitionVersion[] {
  let rows = 0;
  return parts.filter((part) => {
    const isNeeded = rows < limit;
    rows += rule === undefined ? part.quarantined : (part.reasons[rule] ?? 0);
    return isNeeded;
  });
}
