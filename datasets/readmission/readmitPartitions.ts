import { randomUUID } from 'node:crypto';
import { acrossRules, acrossSeverity, isWithinHour } from '../../core/acrossRules.ts';
import type { ContractPlan } from '../../core/contractPlan.ts';
import type { EffectiveMove } from '../../core/readmission.ts';
import type { PartitionVersion, ReadmittedCount } from '../../core/snapshot.ts';
import { checkedFile } from '../../storage/checkedFile.ts';
import { concurrently, storeHands } from '../../storage/concurrently.ts';
import { objectKey } from '../../storage/objects.ts';
import { brokenRows } from '../across/brokenRows.ts';
import { sqlFile, sqlName, sqlText } from '../database.ts';
import type { DataPorts } from '../dataPorts.ts';
import { canonicalOrder } from '../partitions/judgedTable.ts';
import { type HourCounts, startOf } from '../partitions/judgeRows.ts';
import type { Wanted } from '../partitions/lookUpPartitions.ts';
import { quarantineKey } from '../partitions/partitionKey.ts';
import { placedTable } from '../partitions/placedTable.ts';
import { storePartitions } from '../partitions/storePartitions.ts';
import { canonicalTypes } from '../sources/typedColumn.ts';
import { judgeMended, textColumns } from './judgeMended.ts';

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
  const name = `readmitted_${randomUUID().replaceAll('-', '')}`;
  return judgeMended(ports, contract, await mendedRows(ports, contract, moves), judgedAt, async (mended) => {
    try {
      await ports.database.run(`CREATE TABLE ${name} (${columnsOf(contract)})`);
      for (const { base } of readmitting) await addRows(ports, contract, base, name, mended);
      await judgeAmongRows(ports, contract, name);
      return await stored(ports, contract, readmitting, name, mended);
    } finally {
      await ports.database.run(`DROP TABLE IF EXISTS ${name}`);
    }
  });
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

/** The partition's own rows but for those that a mended one stands for, and the mended ones of its hour. */
async function addRows(
  { store, database }: DataPorts,
  contract: ContractPlan,
  base: PartitionVersion,
  name: string,
  mended: string,
): Promise<void> {
  const hour = sqlText(base.hour);
  const start = `CAST(${startOf(base) ?? 'NULL'} AS BIGINT) AS hour`;
  const kept = `_row NOT IN (SELECT row FROM ${mended} WHERE clean AND origin = ${hour})`;
  const values = contract.columns.map((column, k) => `${sqlName(column.name)} AS v${k}`).join(', ');
  const texts = contract.columns.map((column, k) => `${sqlName(column.name)} AS t${k}`).join(', ');
  const insert = (select: string) => database.run(`INSERT INTO ${name} BY NAME ${select}`);
  if (base.object !== null) {
    const file = sqlFile(await store.file(objectKey(base.object)));
    await insert(
      `SELECT ${start}, _row AS row, true AS clean, ${values} FROM read_parquet(${file}, hive_partitioning = false) WHERE ${kept}`,
    );
  }
  if (base.quarantined > 0) {
    const file = sqlFile(await checkedFile(store, quarantineKey(contract, base.key)));
    await insert(`SELECT ${start}, _row AS row, false AS clean, ${texts}, _reasons AS reasons, _contract AS judged_by,
      _malformed AS malformed, _file AS file, _line AS line FROM read_parquet(${file}, hive_partitioning = false) WHERE ${kept}`);
  }
  const foreign = `${base.read} + row_number() OVER (PARTITION BY origin <> ${hour} ORDER BY origin, row) - 1`;
  const own = contract.columns.map((_, k) => `v${k}`).join(', ');
  await insert(`SELECT hour, CASE WHEN origin = ${hour} THEN row ELSE ${foreign} END AS row, true AS clean, record, ${own}
    FROM ${mended} WHERE clean AND moved_to = ${hour}`);
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
  const counts = await countsOf(ports, readmitting, name);
  const readmitted = await readmittedOf(ports, name, mended);
  const table = placedTable(contract, name);
  const wanted = readmitting.map((one) => one.wanted);
  return storePartitions(ports, contract, { table, counts }, wanted, (part) => ({
    ...part,
    readmitted: readmitted.get(part.hour) ?? [],
  }));
}

async function countsOf(
  { database }: DataPorts,
  readmitting: readonly Readmitting[],
  name: string,
): Promise<Map<number | null, HourCounts>> {
  const counted =
    await database.rows<CountedHour>(`SELECT CAST(hour AS DOUBLE) AS start, CAST(count(*) AS DOUBLE) AS read,
    CAST(count(*) FILTER (NOT clean) AS DOUBLE) AS quarantined FROM ${name} GROUP BY hour`);
  const broken = await database.rows<{ start: number | null; reason: string; rows: number }>(
    `SELECT CAST(hour AS DOUBLE) AS start, reason, CAST(count(*) AS DOUBLE) AS rows
      FROM (SELECT hour, unnest(reasons) AS reason FROM ${name} WHERE NOT clean) GROUP BY ALL ORDER BY ALL`,
  );
  const warnings = new Map(readmitting.map(({ base }) => [startOf(base), base.warnings ?? {}]));
  return new Map(
    counted.map(({ start, read, quarantined }) => {
      const reasons = broken.filter((one) => one.start === start).map(({ reason, rows }) => [reason, rows] as const);
      const own = { reasons: Object.fromEntries(reasons), warnings: warnings.get(start) ?? {} };
      return [start, { start, first: 0, read, quarantined, ...own }];
    }),
  );
}

type CountedHour = Pick<HourCounts, 'start' | 'read' | 'quarantined'>;

/** Per hour and record: the mended rows that are good rows there, and the rows that lie in another hour since. */
async function readmittedOf(
  { database }: DataPorts,
  name: string,
  mended: string,
): Promise<Map<string, ReadmittedCount[]>> {
  const here = `SELECT hour, record, 1 AS rows, 0 AS gone FROM ${name} WHERE clean AND record IS NOT NULL`;
  const hourName = (sql: string) => `strftime(make_timestamp(${sql} * 1000), '%Y-%m-%dT%H')`;
  const gone = `SELECT origin AS of_hour, record, 0 AS rows, 1 AS gone FROM ${mended} WHERE clean AND origin <> moved_to`;
  const found = await database.rows<ReadmittedCount & { readonly at: string }>(
    `SELECT of_hour AS "at", record, CAST(sum(rows) AS DOUBLE) AS rows, CAST(sum(gone) AS DOUBLE) AS gone
      FROM (SELECT ${hourName('hour')} AS of_hour, record, rows, gone FROM (${here}) UNION ALL ${gone})
      GROUP BY of_hour, record ORDER BY of_hour, record`,
  );
  const perHour = Map.groupBy(found, ({ at }) => at);
  return new Map(
    [...perHour].map(([at, counts]) => [at, counts.map(({ record, rows, gone }) => ({ record, rows, gone }))]),
  );
}
