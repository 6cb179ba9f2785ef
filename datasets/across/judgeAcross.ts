import { randomUUID } from 'node:crypto';
import { batchesOf } from '../../core/batches.ts';
import type { PartitionVersion } from '../../core/snapshot.ts';
import { type Hour, hourStart } from '../../core/time.ts';
import { concurrently, storeHands } from '../../storage/concurrently.ts';
import { createJson, requireJson } from '../../storage/objects.ts';
import type { DataPorts } from '../dataPorts.ts';
import { type CompiledContract, compileContract } from '../rules/compileContract.ts';
import { type AcrossReport, acrossReportKey } from './acrossReport.ts';
import { comparedOrder, comparedTable } from './comparedTable.ts';
import type { AcrossLookup, AcrossWork } from './lookUpAcross.ts';
import { findBroken } from './markBroken.ts';
import { partsWithout } from './partsWithout.ts';
import { referredTable } from './referredTable.ts';

/** Rows that are judged at once, beside those that they are compared with. */
const rowsAtOnce = 1_000_000;

/**
 * Judges the open hours by the rules that look further than an hour, and stores what became of each: the partition as it
 * was, or a version of its own without the rows that break one. By the judgement's key. Throws `reference.no-snapshot`.
 */
export async function judgeAcross(ports: DataPorts, work: AcrossWork): Promise<Map<string, PartitionVersion>> {
  const judged = new Map<string, PartitionVersion>();
  if (work.lookup.open.length === 0) return judged;
  // What a rule for one row says is not asked again, so that no time is needed to judge by.
  const compiled = compileContract(work.contract, 0);
  await withReferred(ports, work, async (referred) => {
    for (const hours of batchesOf(work.lookup.open, ({ rows }) => rows, { weight: rowsAtOnce, count: Infinity })) {
      const parts = await judgedHours(ports, work, compiled, hours, referred);
      for (const part of await reported(ports, work, parts)) judged.set(part.across?.key ?? '', part);
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
  compiled: CompiledContract,
  hours: OpenHours,
  broken: string,
): Promise<PartitionVersion[]> {
  const sql = `SELECT CAST(hour AS DOUBLE) AS start, rule, CAST(count(*) AS DOUBLE) AS rows FROM ${broken} GROUP BY ALL`;
  const counted = Map.groupBy(await ports.database.rows<BrokenRule>(sql), ({ start }) => start);
  const severe = new Set(compiled.rules.filter(({ severity }) => severity !== 'warn').map(({ bit }) => bit));
  const found = hours.map((hour) => ({ ...hour, found: counted.get(hourStart(hour.hour)) ?? [] }));
  const isSevere = ({ found: rules }: (typeof found)[number]): boolean => rules.some(({ rule }) => severe.has(rule));
  const without = await partsWithout(ports, work, compiled, found.filter(isSevere), broken);
  return [
    ...without,
    ...found.filter((hour) => !isSevere(hour)).flatMap((hour) => warned(work, compiled, hour, hour.found)),
  ];
}

interface BrokenRule {
  readonly start: number;
  readonly rule: number;
  readonly rows: number;
}

function warned(
  { lookup, bases }: AcrossWork,
  { rules }: CompiledContract,
  { hour, judgement }: OpenHours[number],
  found: readonly BrokenRule[],
): PartitionVersion[] {
  const base = bases.get(hour);
  if (base === undefined) return [];
  const across = { key: judgement, base: found.length === 0 ? null : base, snapshots: lookup.snapshots };
  const warnings = found.map(({ rule, rows }) => [rules.find(({ bit }) => bit === rule)?.id ?? '', rows] as const);
  const all = { ...base.warnings, ...Object.fromEntries(warnings) };
  return [found.length === 0 ? { ...base, across } : { ...base, warnings: all, across }];
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
