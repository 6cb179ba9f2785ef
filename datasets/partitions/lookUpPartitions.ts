import { furtherRules } from '../../core/acrossRules.ts';
import type { ContractPlan } from '../../core/contractPlan.ts';
import { inStep } from '../../core/inStep.ts';
import { clockRuleIds } from '../../core/rowRules.ts';
import type { PartitionVersion, Snapshot } from '../../core/snapshot.ts';
import { type Hour, hourOf, hourStart } from '../../core/time.ts';
import { concurrently, storeHands } from '../../storage/concurrently.ts';
import { readJson } from '../../storage/objects.ts';
import { baseOf } from '../across/acrossReport.ts';
import { type AcrossLookup, type KeyedHour, lookUpAcross } from '../across/lookUpAcross.ts';
import { referencedSnapshots } from '../across/referencedSnapshots.ts';
import type { DataPorts } from '../dataPorts.ts';
import { mendedNames } from '../readmission/mendedNames.ts';
import type { IndexedHour, SourceIndex } from '../sources/indexSource.ts';
import { futureKey, partitionKey, reportKey, rowRulesDigest, undatedHour } from './partitionKey.ts';
import type { PartitionReport } from './partitionReport.ts';

/** A partition that is asked for. */
export interface Wanted extends IndexedHour {
  readonly key: string;
  /** Of a contract that looks at the clock: the time to judge by, and the key if a row is in its future. */
  readonly clock?: { readonly judgedAt: number; readonly key: string };
}

export interface PartitionLookup {
  /**
   * One for each hour asked for, in its order, and the undated rows, if any, at the end. Where rules look further than an
   * hour, one for each hour that is looked at, in their order; none for an hour of which `across` knows what it became.
   */
  readonly wanted: readonly Wanted[];
  /** Those that were validated before, by the key that they are wanted under. */
  readonly found: ReadonlyMap<string, PartitionVersion>;
  /** Those that are to be validated. */
  readonly fresh: readonly Wanted[];
  /** Null where no rule looks further than an hour. */
  readonly across: AcrossLookup | null;
}

/**
 * Looks for the partitions of some hours, first in the previous snapshot, then in the store: the same rows under the same
 * row rules are validated once. `snapshots` are those of the contracts that rows refer to; the latest, when left out.
 * `judgedAt` (milliseconds UTC) is needed by contracts that look at the clock. Throws `reference.no-snapshot`.
 */
export async function lookUpPartitions(
  ports: Pick<DataPorts, 'store'>,
  contract: ContractPlan,
  index: SourceIndex,
  hours: readonly Hour[],
  previous: Snapshot | undefined,
  snapshots?: Readonly<Record<string, string>>,
  judgedAt?: number,
): Promise<PartitionLookup> {
  const time = clockRuleIds(contract).length === 0 ? undefined : judgedAt;
  const keyed = keyedHours(contract, index, time);
  const asked = hours.map(keyed.at);
  const across =
    furtherRules(contract).length === 0
      ? null
      : await lookUpAcross(
          ports,
          contract,
          snapshots ?? (await referencedSnapshots(ports.store, contract)),
          ...(await asMended(ports, contract, index, index.hours.map(keyed.of), asked)),
          previous,
        );
  const wanted = [...(across === null ? asked : lookedAt(across, time)), ...keyed.undated];
  const { found, others } = frozenPartitions(previous, wanted);
  for (const [key, part] of await storedPartitions(ports, contract, others)) found.set(key, part);
  return { wanted, found, fresh: others.filter(({ key }) => !found.has(key)), across };
}

/** Hours with what their rows are known by where people mended some: what they are judged against is another then. */
async function asMended(
  ports: Pick<DataPorts, 'store'>,
  contract: ContractPlan,
  index: SourceIndex,
  held: readonly Wanted[],
  asked: readonly Wanted[],
): Promise<[held: KeyedHour[], asked: KeyedHour[]]> {
  const nameOf = await mendedNames(ports, contract, index);
  const named = (hour: Wanted): KeyedHour => {
    const mendedAs = nameOf(hour.hour, hour.key);
    return mendedAs === undefined ? hour : { ...hour, mendedAs };
  };
  return [held.map(named), asked.map(named)];
}

/** Those of the partitions that a snapshot holds, by the key that they are wanted under; and all others. */
function frozenPartitions(snapshot: Snapshot | undefined, wanted: readonly Wanted[]) {
  const found = new Map<string, PartitionVersion>();
  const others: Wanted[] = [];
  const partOf = inStep(snapshot?.parts ?? [], ({ hour }) => hour);
  for (const one of wanted) {
    const part = partOf(one.hour);
    const base = part === undefined ? undefined : baseOf(part);
    if (base !== undefined && isKeyOf(one, base.key)) found.set(one.key, base);
    else others.push(one);
  }
  return { found, others };
}

function isKeyOf({ key, clock }: Wanted, of: string): boolean {
  return key === of || clock?.key === of;
}

/** Those of the partitions that are in the store, by the key that they are wanted under. */
export async function storedPartitions(
  ports: Pick<DataPorts, 'store'>,
  contract: ContractPlan,
  wanted: readonly Wanted[],
): Promise<Map<string, PartitionVersion>> {
  const keys = wanted.flatMap(keysOf);
  const reports = await concurrently(keys, storeHands, (key) =>
    readJson<PartitionReport>(ports.store, reportKey(contract, key)),
  );
  const stored = new Map(keys.map((key, at) => [key, reports[at]?.partition]));
  const found = wanted.flatMap((one): [string, PartitionVersion][] => {
    const part = keysOf(one)
      .map((key) => stored.get(key))
      .find((held) => held !== undefined);
    return part === undefined ? [] : [[one.key, part]];
  });
  return new Map(found);
}

/** The hours of a source with the keys of their partitions: those with rows, and any other, which has none. */
function keyedHours(contract: ContractPlan, index: SourceIndex, time: number | undefined) {
  const rowRules = rowRulesDigest(contract);
  const of = (hour: IndexedHour): Wanted => clocked(contract, keyedHour(rowRules, hour), time);
  const rowsOf = inStep(index.hours, ({ hour }) => hour);
  return {
    of,
    at(text: Hour): Wanted {
      const there = rowsOf(text) ?? rowsOf(hourOf(hourStart(text, 'hours')));
      return of(there ?? { hour: hourOf(hourStart(text, 'hours')), rows: 0, hash: '' });
    },
    undated: index.undated === null ? [] : [of({ ...index.undated, hour: undatedHour })],
  };
}

function keyedHour(rowRules: string, hour: IndexedHour): Wanted {
  const there = keyed.get(hour);
  if (there?.rowRules === rowRules) return there.wanted;
  const wanted = { ...hour, key: partitionKey(rowRules, hour) };
  keyed.set(hour, { rowRules, wanted });
  return wanted;
}

/** What is known of a source's hours stays in memory from one run to the next. */
const keyed = new WeakMap<IndexedHour, { readonly rowRules: string; readonly wanted: Wanted }>();

/** What hours are compared with is known before they are judged: then all of them are judged by each time anew. */
function clocked(contract: ContractPlan, hour: Wanted, time: number | undefined): Wanted {
  if (time === undefined) return hour;
  const timed = futureKey(hour.key, time);
  return { ...hour, key: furtherRules(contract).length > 0 ? timed : hour.key, clock: { judgedAt: time, key: timed } };
}

/** The hours that are still to be judged, those that they are compared with, and those that have no rows. */
function lookedAt({ asked, open }: AcrossLookup, time: number | undefined): Wanted[] {
  const empty = asked.filter(({ rows }) => rows === 0);
  const looked = new Map([...open.flatMap((hour) => [...hour.earlier, hour]), ...empty].map((one) => [one.hour, one]));
  const clock = (key: string) => (time === undefined ? {} : { clock: { judgedAt: time, key } });
  const hours = [...looked.values()].map(({ hour, rows, hash, key }) => ({ hour, rows, hash, key, ...clock(key) }));
  return hours.sort((a, b) => (a.hour < b.hour ? -1 : 1));
}

function keysOf({ key, clock }: Wanted): string[] {
  return clock === undefined || clock.key === key ? [key] : [key, clock.key];
}
