import type { ContractPlan } from '../../core/contractPlan.ts';
import type { PartitionVersion } from '../../core/snapshot.ts';
import { concurrently, storeHands } from '../../storage/concurrently.ts';
import { readJson } from '../../storage/objects.ts';
import { sqlText } from '../database.ts';
import type { DataPorts } from '../dataPorts.ts';
import { reportKey } from '../partitions/partitionKey.ts';
import type { PartitionReport } from '../partitions/partitionReport.ts';
import { quarantineFiles } from '../quarantine/quarantineFiles.ts';
import { indexSource } from '../sources/indexSource.ts';
import { versionIn } from './mendedNames.ts';

/** A partition that mended rows come from, and the version of the source's rows that it was made of. */
export interface KnownPartition {
  readonly hour: string;
  readonly key: string;
  readonly source: string;
}

/**
 * Adds `verdict` to a table of mended rows (see `mendedFile`): why a row cannot stand in the place of one in quarantine,
 * whatever its values are; null where it can. Gives the partitions that the rows come from. Throws as
 * `indexSource`.
 */
export async function judgePlaces(
  ports: DataPorts,
  contract: ContractPlan,
  brought: string,
): Promise<KnownPartition[]> {
  const parts = await partitionsIn(ports, contract, brought);
  const versionOf = versionIn(await indexSource(ports, contract));
  const known = parts.map((part) => {
    const source = part.source ?? part.across?.base?.source ?? '';
    return { hour: part.hour, key: part.key, source, isCurrent: versionOf(part.hour) === source };
  });
  const bad = parts.some(({ quarantined }) => quarantined > 0)
    ? `SELECT _partition AS bad_key, _row AS bad_row FROM ${(await quarantineFiles(ports, contract.id, parts)).from}`
    : `SELECT '' AS bad_key, 0 AS bad_row WHERE false`;
  await ports.database.run(`CREATE OR REPLACE TABLE ${brought} AS
    SELECT * EXCLUDE (key, of_hour, source, is_current, bad_key, bad_row), ${verdict} AS verdict FROM ${brought}
    LEFT JOIN (${knownRows(known)}) ON partition = key
    LEFT JOIN (${bad}) ON partition = bad_key AND row = bad_row ORDER BY nth`);
  return known.filter(({ isCurrent }) => isCurrent);
}

async function partitionsIn(
  { store, database }: DataPorts,
  contract: ContractPlan,
  brought: string,
): Promise<PartitionVersion[]> {
  const named = await database.rows<{ key: string }>(
    `SELECT DISTINCT partition AS key FROM ${brought} WHERE regexp_full_match(partition, '[0-9a-f]{64}') ORDER BY 1`,
  );
  const reports = await concurrently(named, storeHands, ({ key }) =>
    readJson<PartitionReport>(store, reportKey(contract, key)),
  );
  return reports.flatMap((report) => (report === undefined ? [] : [report.partition]));
}

/** Rows beyond those that the source has of an hour came to it from those without an hour. */
const verdict = `CASE
  WHEN origin IS NULL OR row IS NULL OR partition IS NULL THEN 'it does not say its _hour, _row and _partition'
  WHEN key IS NULL THEN 'its _partition is none of this contract'
  WHEN of_hour <> origin THEN 'its _hour is not that of its _partition'
  WHEN bad_row IS NULL THEN 'it is not in quarantine there'
  WHEN NOT is_current THEN 'the rows of its hour have changed in the source since: export it again after the next run'
  WHEN row >= CAST(split_part(source, '.', 1) AS BIGINT) THEN 'it came from the rows without an event time: mend it there'
  WHEN count(*) OVER (PARTITION BY origin, row) > 1 THEN 'it is in the file more than once' END`;

interface JudgedPartition extends KnownPartition {
  readonly isCurrent: boolean;
}

function knownRows(known: readonly JudgedPartition[]): string {
  if (known.length === 0) return `SELECT '' AS key, '' AS of_hour, '' AS source, false AS is_current WHERE false`;
  const rows = known.map(
    ({ key, hour, source, isCurrent }) => `(${[key, hour, source].map(sqlText).join(', ')}, ${isCurrent})`,
  );
  return `SELECT * FROM (VALUES ${rows.join(', ')}) AS known(key, of_hour, source, is_current)`;
}
