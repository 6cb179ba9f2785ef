import { randomUUID } from 'node:crypto';
import { acrossRules, acrossSeverity, isWithinHour } from '../../core/acrossRules.ts';
import { batchesOf } from '../../core/batches.ts';
import type { ContractPlan } from '../../core/contractPlan.ts';
import type { EffectiveMove } from '../../core/readmission.ts';
import type { PartitionVersion } from '../../core/snapshot.ts';
import { checkedFile } from '../../storage/checkedFile.ts';
import { concurrently, storeHands } from '../../storage/concurrently.ts';
import { objectKey } from '../../storage/objects.ts';
import { brokenRows } from '../across/brokenRows.ts';
import { sqlFile, sqlName, sqlText } from '../database.ts';
import type { DataPorts } from '../dataPorts.ts';
import { canonicalOrder } from '../partitions/judgedTable.ts';
import { startOf } from '../partitions/judgeRows.ts';
import type { Wanted } from '../partitions/lookUpPartitions.ts';
import { quarantineKey } from '../partitions/partitionKey.ts';
import { placedTable } from '../partitions/placedTable.ts';
import { storePartitions } from '../partitions/storePartitions.ts';
import { canonicalTypes } from '../sources/typedColumn.ts';
import { judgeMended, textColumns } from './judgeMended.ts';
import { hourCounts, readmittedCounts } from './readmittedCounts.ts';

/** A partition as the source has it, and the one that is to be made of it. */
export interface Readmitting {
  readonly base: PartitionVersion;
  readonly wanted: Wanted;
}

/**
 * Makes the versions of partitions in which mended rows stand in the place of the source's: those that keep to the rules
 * as they are now. A mended row that breaks a rule among the rows of its hour goes to that hour's quarantine. Rows that
 * had no hour are numbered from the end of the hour's own.
 */
export async function readmitPartitions(
  ports: DataPorts,
  contract: ContractPlan,
  readmitting: readonly Readmitting[],
  moves: readonly EffectiveMove[],
  judgedAt: number,
): Promise<PartitionVersion[]> {
  return judgeMended(ports, contract, await mendedRows(ports, contract, moves), judgedAt, async (mended) => {
    const parts: PartitionVersion[] = [];
    const bounds = { weight: rowsAtOnce, count: Number.POSITIVE_INFINITY };
    for (const some of batchesOf(readmitting, ({ base }) => base.read, bounds)) {
      parts.push(...(await readmitSome(ports, contract, some, mended)));
    }
    return parts;
  });
}

/** Rows that lie in a table at once, unless a single hour has more. */
const rowsAtOnce = 1_000_000;

async function readmitSome(
  ports: DataPorts,
  contract: ContractPlan,
  readmitting: readonly Readmitting[],
  mended: string,
): Promise<PartitionVersion[]> {
  const name = `readmitted_${randomUUID().replaceAll('-', '')}`;
  try {
    await ports.database.run(`CREATE TABLE ${name} (${columnsOf(contract)})`);
    await addOwnRows(ports, contract, readmitting, name, mended);
    await addMendedRows(ports, contract, readmitting, name, mended);
    await judgeAmongRows(ports, contract, name);
    return await stored(ports, contract, readmitting, name, mended);
  } finally {
    await ports.database.run(`DROP TABLE IF EXISTS ${name}`);
  }
}

/** Of rows that several records have, those of the last. */
async function mendedRows(
  { store, database }: DataPorts,
  contract: ContractPlan,
  moves: readonly EffectiveMove[],
): Promise<string> {
  const records = [...Map.groupBy(moves, ({ record }) => record).values()];
  const selects = await concurrently(records, storeHands, async (ofRecord) => {
    const [first] = ofRecord;
    const file = `read_parquet(${sqlFile(await store.file(objectKey(first?.object ?? '')))})`;
    const found = await database.rows<{ column_name: string }>(`DESCRIBE SELECT * FROM ${file}`);
    const texts = textColumns(
      contract,
      found.map(({ column_name: name }) => name),
    );
    const hours = [...new Set(ofRecord.map(({ from }) => sqlText(from)))].join(', ');
    return `SELECT ${texts}, _hour AS origin, _row AS row, ${first?.record ?? 0} AS record FROM ${file} WHERE _hour IN (${hours})`;
  });
  const last = 'row_number() OVER (PARTITION BY origin, row ORDER BY record DESC) = 1';
  return `SELECT * FROM (${selects.join(' UNION ALL ')}) QUALIFY ${last}`;
}

function columnsOf({ columns }: ContractPlan): string {
  const values = columns.flatMap(({ type }, k) => [`v${k} ${canonicalTypes[type]}`, `t${k} VARCHAR`]);
  return `hour BIGINT, row BIGINT, clean BOOLEAN, record INTEGER, ${values.join(', ')}, reasons VARCHAR[],
    judged_by VARCHAR, malformed VARCHAR, file VARCHAR, line BIGINT`;
}

/** The partitions' own rows, good and bad, but for those that a mended one stands for. */
async function addOwnRows(
  { store, database }: DataPorts,
  contract: ContractPlan,
  readmitting: readonly Readmitting[],
  name: string,
  mended: string,
): Promise<void> {
  const bases = readmitting.map(({ base }) => base);
  const clean = bases.filter(({ object }) => object !== null);
  const bad = bases.filter(({ quarantined }) => quarantined > 0);
  const values = contract.columns.map((column, k) => `${sqlName(column.name)} AS v${k}`).join(', ');
  const texts = contract.columns.map((column, k) => `${sqlName(column.name)} AS t${k}`).join(', ');
  const judged = `_reasons AS reasons, _contract AS judged_by, _malformed AS malformed, _file AS file, _line AS line`;
  const insert = async (parts: readonly PartitionVersion[], paths: readonly string[], columns: string) => {
    if (paths.length === 0) return;
    const files = `read_parquet([${paths.map(sqlFile).join(', ')}], hive_partitioning = false)`;
    const rows = `SELECT ${ofFile(parts.map(startOf))} AS hour, ${ofFile(parts.map(({ hour }) => sqlText(hour)))} AS own_hour,
      _row AS row, ${columns} FROM ${files}`;
    await database.run(`INSERT INTO ${name} BY NAME SELECT * EXCLUDE own_hour FROM (${rows}) AS own
      WHERE NOT EXISTS (FROM ${mended} AS m WHERE m.clean AND m.origin = own.own_hour AND m.row = own.row)`);
  };
  const cleanFiles = await concurrently(clean, storeHands, ({ object }) => store.file(objectKey(object ?? '')));
  await insert(clean, cleanFiles, `true AS clean, ${values}`);
  const badFiles = await concurrently(bad, storeHands, ({ key }) => checkedFile(store, quarantineKey(contract, key)));
  await insert(bad, badFiles, `false AS clean, ${texts}, ${judged}`);
}

/** SQL: of the file that a row lies in, in the order in which the files are read. */
function ofFile(values: readonly (string | number | null)[]): string {
  return `[${values.map((value) => value ?? 'NULL').join(', ')}][CAST(file_index AS BIGINT) + 1]`;
}

/** The mended rows that lie in the partitions' hours. */
async function addMendedRows(
  { database }: DataPorts,
  contract: ContractPlan,
  readmitting: readonly Readmitting[],
  name: string,
  mended: string,
): Promise<void> {
  const hours = readmitting.map(({ base }) => `(${sqlText(base.hour)}, ${base.read})`).join(', ');
  const foreign = 'own_rows + row_number() OVER (PARTITION BY moved_to, origin <> moved_to ORDER BY origin, row) - 1';
  const values = contract.columns.map((_, k) => `v${k}`).join(', ');
  await database.run(`INSERT INTO ${name} BY NAME
    SELECT hour, CASE WHEN origin = moved_to THEN row ELSE ${foreign} END AS row, true AS clean, record, ${values}
    FROM ${mended} JOIN (VALUES ${hours}) AS of_hours(own_hour, own_rows) ON moved_to = own_hour WHERE clean`);
}

/** By the rules that the rows of an hour decide alone. The source's own rows come first: they were there. */
async function judgeAmongRows({ database }: DataPorts, contract: ContractPlan, name: string): Promise<void> {
  const rules = acrossRules(contract).filter(
    (one) => isWithinHour(one.rule, contract.eventTime) && acrossSeverity(contract, one) !== 'warn',
  );
  if (rules.length === 0) return;
  const rows = {
    from: `(SELECT * FROM ${name} WHERE clean)`,
    order: `record NULLS FIRST, ${canonicalOrder(contract)}, row`,
  };
  const broken = rules.map(
    ({ id, rule }) => `SELECT hour, row, ${sqlText(id)} AS rule FROM (${brokenRows(contract, rule, rows)})`,
  );
  const texts = contract.columns.map((_, k) => `t${k} = CAST(v${k} AS VARCHAR)`).join(', ');
  const judgedBy = sqlText(`${contract.id}@${contract.version}`);
  await database.run(`UPDATE ${name} SET clean = false, reasons = found.rules, judged_by = ${judgedBy},
    file = 'readmission ' || record, ${texts}
    FROM (SELECT hour, row, list(rule ORDER BY rule) AS rules FROM (${broken.join(' UNION ALL ')}) GROUP BY ALL) AS found
    WHERE ${name}.hour = found.hour AND ${name}.row = found.row`);
}

async function stored(
  ports: DataPorts,
  contract: ContractPlan,
  readmitting: readonly Readmitting[],
  name: string,
  mended: string,
): Promise<PartitionVersion[]> {
  const bases = readmitting.map(({ base }) => base);
  const counts = await hourCounts(ports, bases, name);
  const readmitted = await readmittedCounts(ports, name, mended);
  const table = placedTable(contract, name);
  const wanted = readmitting.map((one) => one.wanted);
  return storePartitions(ports, contract, { table, counts }, wanted, (part) => ({
    ...part,
    readmitted: readmitted.get(part.hour) ?? [],
  }));
}
