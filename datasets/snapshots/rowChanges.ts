import type { ContractPlan } from '../../core/contractPlan.ts';
import type { ChangedHour } from '../../core/snapshotDiff.ts';
import type { Hour } from '../../core/time.ts';
import { concurrently } from '../../storage/concurrently.ts';
import { objectKey } from '../../storage/objects.ts';
import { sqlFile, sqlName } from '../database.ts';
import type { DataPorts } from '../dataPorts.ts';

/** How many rows came to an hour and went from it, and the first few of each as JSON, in the order of their text. */
export interface RowChanges {
  readonly hour: Hour;
  readonly added: SomeRows;
  readonly removed: SomeRows;
}

interface SomeRows {
  readonly rows: number;
  readonly first: readonly string[];
}

const shownAtMost = 3;

/**
 * Which rows differ in hours that changed: a row that is there twice counts twice, its place in the source counts not. Of
 * two contracts the columns that both have by name and type are compared. Throws `storage.missing`, `storage.damaged`.
 */
export async function rowChanges(
  ports: Pick<DataPorts, 'store' | 'database'>,
  before: ContractPlan,
  after: ContractPlan,
  changed: readonly ChangedHour[],
): Promise<RowChanges[]> {
  const shared = before.columns.filter((column) =>
    after.columns.some(({ name, type }) => name === column.name && type === column.type),
  );
  const columns = shared.map(({ name }) => sqlName(name)).join(', ');
  if (columns === '') return [];
  return concurrently(changed, ports.database.mostBeside, async (one) => {
    const [from, to] = await Promise.all([
      rowsOf(ports, one.before.object, columns),
      rowsOf(ports, one.after.object, columns),
    ]);
    const sides = `${side('added', to, from)} UNION ALL ${side('removed', from, to)}`;
    const found = await ports.database.rowsBeside<FoundRow>(counted(sides));
    const of = (name: FoundRow['side']): SomeRows => {
      const rows = found.filter((row) => row.side === name);
      return { rows: rows[0]?.rows ?? 0, first: rows.map(({ line }) => line) };
    };
    return { hour: one.hour, added: of('added'), removed: of('removed') };
  });
}

interface FoundRow {
  readonly side: 'added' | 'removed';
  readonly line: string;
  readonly rows: number;
}

/** An hour without rows has no object: nothing of the other side's is in it. */
async function rowsOf(
  { store }: Pick<DataPorts, 'store'>,
  object: string | null,
  columns: string,
): Promise<string | null> {
  if (object === null) return null;
  return `SELECT ${columns} FROM read_parquet(${sqlFile(await store.file(objectKey(object)))})`;
}

/** No column of a contract is called `_row`. */
function side(name: FoundRow['side'], rows: string | null, others: string | null): string {
  const line = `SELECT '${name}' AS side, CAST(to_json(_row) AS VARCHAR) AS line`;
  if (rows === null) return `${line} FROM (SELECT NULL AS _row WHERE false)`;
  return `${line} FROM (${rows}${others === null ? '' : ` EXCEPT ALL ${others}`}) AS _row`;
}

function counted(sides: string): string {
  return `SELECT side, line, CAST(count(*) OVER (PARTITION BY side) AS DOUBLE) AS rows FROM (${sides})
    QUALIFY row_number() OVER (PARTITION BY side ORDER BY line) <= ${shownAtMost} ORDER BY side, line`;
}
