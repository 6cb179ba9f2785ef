import type { PartitionVersion } from '../../core/snapshot.ts';
import { checkedFile } from '../../storage/checkedFile.ts';
import { concurrently, storeHands } from '../../storage/concurrently.ts';
import { sqlFile, sqlText } from '../database.ts';
import type { DataPorts } from '../dataPorts.ts';
import { quarantineKey } from '../partitions/partitionKey.ts';

/** The engine's own columns beside the source's values, which are text. */
const ownColumns = ['_hour', '_row', '_reasons', '_file', '_line', '_malformed', '_contract', '_partition'] as const;

/** Bad rows as SQL. */
export interface QuarantineFiles {
  /** A FROM clause: partition by partition in the order given, and in one by row; `_partition` is the partition's key. */
  readonly from: string;
  /** The source's columns, of all the partitions together. */
  readonly columns: readonly string[];
}

/**
 * The bad rows of some partitions, of which one at least must have any. Throws `storage.missing`, `storage.damaged`.
 */
export async function quarantineFiles(
  ports: Pick<DataPorts, 'store' | 'database'>,
  contract: string,
  parts: readonly PartitionVersion[],
): Promise<QuarantineFiles> {
  const held = parts.filter(({ quarantined }) => quarantined > 0);
  const paths = await concurrently(held, storeHands, ({ key }) =>
    checkedFile(ports.store, quarantineKey({ id: contract }, key)),
  );
  const files = `read_parquet([${paths.map(sqlFile).join(', ')}], union_by_name = true, hive_partitioning = false)`;
  const key = `[${held.map((part) => sqlText(part.key)).join(', ')}][CAST(file_index AS BIGINT) + 1]`;
  // Files of earlier versions do not say where a row came from.
  const none = `SELECT CAST(NULL AS VARCHAR) AS _file, CAST(NULL AS BIGINT) AS _line WHERE false`;
  const from = `(${none} UNION ALL BY NAME SELECT *, ${key} AS _partition FROM ${files})`;
  const found = await ports.database.rows<{ column_name: string }>(`DESCRIBE SELECT * FROM ${from}`);
  const names = found.map(({ column_name: name }) => name);
  return { from, columns: names.filter((name) => !(ownColumns as readonly string[]).includes(name)) };
}
