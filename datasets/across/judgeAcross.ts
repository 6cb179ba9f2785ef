import { randomUUID } from 'node:crypto';
import { batchesOf } from '../../core/batches.ts';
import type { PartitionVersion } from '../../core/snapshot.ts';
import { type Hour, hourStart } from '../../core/time.ts';
import { concurrently, storeHands } from '../../storage/concurrently.ts';
import { createJson, requireJson } from '../../storage/objects.ts';
import type { DataPorts } from '../dataPorts.ts';
import { type CompiledContract, compileContract } from '../rules/compileContract.ts';
import type { CompiledRule } from '../rules/rowRule.ts';
import { type AcrossReport, acrossReportKey } from './acrossReport.ts';
import { comparedOrder, comparedTable } from './comparedTable.ts';
import type { AcrossLookup, AcrossWork } from './lookUpAcross.ts';
import { findBroken } from './markBroken.ts';
import { type BrokenHour, partsWithout } from './partsWithout.ts';
import { referredTable } from './referredTable.ts';

/** Rows that are judged at once, beside those that they are compared with. */
const rowsAtOnce = 1_000_000;

/**
 * Judges the open hours by the rules that look further than an hour, and stores what became of each: the partition as it
 * was, or a version of its own without the rows that break one. By the judgement's key. `onProgress` counts partitions.
 * Throws `reference.no-snapshot`.
 */
export async function judgeAcross(
  ports: DataPorts,
  work: AcrossWork,
  onProgress: (done: number, total: number) => void = () => {},
): Promise<Map<string, PartitionVersion>> {
  const judged = new Map<string, PartitionVersion>();
  if (work.lookup.open.length === 0) return judged;
  // What a rule for one row says is not asked again, so that no time is needed to judge by.
  const compiled = compileContract(work.contract, 0);
  await withReferred(ports, work, async (referred) => {
    onProgress(0, work.lookup.open.length);
    for (const hours of batchesOf(work.lookup.open, ({ rows }) => rows, { weight: rowsAtOnce, count: Infinity })) {
      const parts = await judgedHours(ports, work, compiled, hours, referred);
      for (const part of await reported(ports, work, parts)) judged.set(part.across?.key ?? '', part);
      onProgress(judged.size, work.lookup.open.length);
    }
  });
  return judged;
}

type OpenHours = AcrossLookup['open'];
type ReferredTables = ReadonlyMap<string, string>;

/** Does work with a table of the values that may be referred to, by the rule's id. */
async function withReferred(
  ports: DataPorts,
  { contract, lookup }: AcrossWork,
  work: (tables: ReferredTables) => Promise<void>,
): Promise<void> {
  const tables = new Map<string, string>();
  try {
    for (const { id, rule } of lookup.rules) {
      if (rule.kind !== 'references') continue;
      const table = temporaryName('referred');
      tables.set(id, table);
      await referredTable(ports, contract, rule, lookup.snapshots[rule.to.contract] ?? '', table);
    }
    await work(tables);
  } finally {
    for (const table of tables.values()) await ports.database.run(`DROP TABLE IF EXISTS ${table}`);
  }
}

async function judgedHours(
  ports: DataPorts,
  work: AcrossWork,
  compiled: CompiledContract,
  hours: OpenHours,
  referred: ReferredTables,
): Promise<PartitionVersion[]> {
  const { contract, lookup, bases } = work;
  const [compared, broken] = [temporaryName('compared'), temporaryName('broken')];
  const looked = new Set(hours.flatMap(({ hour, earlier }) => [...earlier.map((one) => one.hour), hour]));
  const starts = hours.map(({ hour }) => hourStart(hour));
  try {
    await comparedTable(ports, contract, lookup.rules, partsOf(bases, [...looked].sort()), compared);
    const rows = { from: compared, order: comparedOrder, judged: `hour IN (${starts.join(', ')})` };
    await findBroken(ports.database, { contract, compiled, across: lookup.rules }, rows, broken, ({ id }) => {
      const table = referred.get(id);
      return table === undefined ? undefined : { referred: `SELECT value FROM ${table}` };
    });
    return await becameOf(ports, work, compiled, hours, broken);
  } finally {
    for (const table of [compared, broken]) await ports.database.run(`DROP TABLE IF EXISTS ${table}`);
  }
}

/** Hours in which rows break rules that take them out are stored anew; of all others the partition stays what it is. */
async function becameOf(
  ports: DataPorts,
  work: AcrossWork,
  { rules }: CompiledContract,
  hours: OpenHours,
  broken: string,
): Promise<PartitionVersion[]> {
  const sql = `SELECT CAST(hour AS DOUBLE) AS start, rule, CAST(count(*) AS DOUBLE) AS rows FROM ${broken} GROUP BY ALL ORDER BY rule`;
  const counted = Map.groupBy(await ports.database.rows<BrokenRule>(sql), ({ start }) => start);
  const found = hours.map((hour) => {
    const ofHour = counted.get(hourStart(hour.hour)) ?? [];
    return { ...hour, reasons: rowsPer(rules, ofHour, false), warnings: rowsPer(rules, ofHour, true) };
  });
  const isLeft = ({ reasons }: BrokenHour): boolean => Object.keys(reasons).length > 0;
  const without = await partsWithout(ports, work, rules, found.filter(isLeft), broken);
  return [...without, ...found.filter((hour) => !isLeft(hour)).flatMap((hour) => warned(work, hour))];
}

interface BrokenRule {
  readonly start: number;
  readonly rule: number;
  readonly rows: number;
}

/** Rows per broken rule by its id, of the rules that only warn, or of the others. */
function rowsPer(
  rules: readonly CompiledRule[],
  broken: readonly BrokenRule[],
  onlyWarns: boolean,
): Record<string, number> {
  const rows = new Map(broken.map((one) => [one.rule, one.rows]));
  const own = rules.filter(({ severity, bit }) => (severity === 'warn') === onlyWarns && rows.has(bit));
  return Object.fromEntries(own.map(({ id, bit }) => [id, rows.get(bit) ?? 0]));
}

function warned({ lookup, bases }: AcrossWork, { hour, judgement, warnings }: BrokenHour): PartitionVersion[] {
  const base = bases.get(hour);
  if (base === undefined) return [];
  const { snapshots } = lookup;
  if (Object.keys(warnings).length === 0) return [{ ...base, across: { key: judgement, base: null, snapshots } }];
  const all = { ...base.warnings, ...warnings };
  return [{ ...base, warnings: all, across: { key: judgement, base, snapshots } }];
}

/** If another worker was first, what it stored is what everyone uses. */
function reported(
  { store }: DataPorts,
  { contract }: AcrossWork,
  parts: readonly PartitionVersion[],
): Promise<PartitionVersion[]> {
  return concurrently(parts, storeHands, async (partition) => {
    const judgement = partition.across?.key ?? '';
    const report: AcrossReport = { format: 1, contract: contract.id, judgement, partition };
    const key = acrossReportKey(contract, judgement);
    if (await createJson(store, key, report)) return partition;
    return (await requireJson<AcrossReport>(store, key)).partition;
  });
}

function partsOf(bases: AcrossWork['bases'], hours: readonly Hour[]): PartitionVersion[] {
  return hours.flatMap((hour) => bases.get(hour) ?? []);
}

function temporaryName(word: string): string {
  return `${word}_${randomUUID().replaceAll('-', '')}`;
}
