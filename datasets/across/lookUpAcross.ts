import { type AcrossRule, acrossSeverity, furtherRules, hoursBack } from '../../core/acrossRules.ts';
import type { ContractPlan } from '../../core/contractPlan.ts';
import type { PartitionVersion, Snapshot } from '../../core/snapshot.ts';
import { type Hour, hourMs, hourStart } from '../../core/time.ts';
import { concurrently, storeHands } from '../../storage/concurrently.ts';
import { digestOfValue } from '../../storage/digest.ts';
import { readJson } from '../../storage/objects.ts';
import type { DataPorts } from '../dataPorts.ts';
import type { IndexedHour } from '../sources/indexFile.ts';
import type { SourceIndex } from '../sources/indexSource.ts';
import { type AcrossReport, acrossReportKey } from './acrossReport.ts';

/** Part of every judgement's key: raise it when the same rows compared with the same others are judged otherwise. */
export const acrossVersion = 1;

/** An hour with the key of its partition by itself. */
export interface KeyedHour extends IndexedHour {
  readonly key: string;
  /** What its rows are known by where people's mending changes them; its key, when left out. */
  readonly mendedAs?: string;
}

/** An hour that is asked for, with the key of what it is judged against. */
export interface AskedHour extends KeyedHour {
  readonly judgement: string;
}

/** How the hours asked for are judged by the rules that look further than an hour. */
export interface AcrossLookup {
  readonly rules: readonly AcrossRule[];
  /** The snapshots of other contracts that are looked at, by contract. */
  readonly snapshots: Readonly<Record<string, string>>;
  /** In the order asked for. */
  readonly asked: readonly AskedHour[];
  /** Those that were judged before, by their judgement's key. */
  readonly judged: ReadonlyMap<string, PartitionVersion>;
  /** Those that are to be judged: hours with rows, each with the hours with rows that it is compared with. */
  readonly open: readonly (AskedHour & { readonly earlier: readonly KeyedHour[] })[];
}

/** What the hours are judged by, and the partitions by themselves of all hours that are looked at. */
export interface AcrossWork {
  readonly contract: ContractPlan;
  readonly index: SourceIndex;
  readonly lookup: AcrossLookup;
  readonly bases: ReadonlyMap<Hour, PartitionVersion>;
}

/**
 * Looks for what hours were judged to be, first in the previous snapshot, then in the store. An hour is judged against
 * the hours before it alone, as they are by themselves: one that comes later changes nothing, and a chain has an end.
 * `held` are all hours with rows, in order.
 */
export async function lookUpAcross(
  ports: Pick<DataPorts, 'store'>,
  contract: ContractPlan,
  snapshots: Readonly<Record<string, string>>,
  held: readonly KeyedHour[],
  hours: readonly KeyedHour[],
  previous: Snapshot | undefined,
): Promise<AcrossLookup> {
  const rules = furtherRules(contract);
  const digest = digestOfValue(rules.map((one) => [one.rule, acrossSeverity(contract, one) === 'warn']));
  const asked = hours.map((hour) => {
    const earlier = earlierOf(held, hour, hoursBack(rules));
    const compared = { base: knownBy(hour), rules: digest, earlier: earlier.map(knownBy), snapshots };
    return { ...hour, earlier, judgement: digestOfValue({ version: acrossVersion, ...compared }) };
  });
  const withRows = asked.filter(({ rows }) => rows > 0);
  const judged = await judgedBefore(ports, contract, withRows, previous);
  const open = withRows.filter(({ judgement }) => !judged.has(judgement));
  return { rules, snapshots, asked: asked.map(({ earlier: _, ...hour }) => hour), judged, open };
}

function knownBy({ key, mendedAs }: KeyedHour): string {
  return mendedAs ?? key;
}

function earlierOf(held: readonly KeyedHour[], { hour }: KeyedHour, back: number): readonly KeyedHour[] {
  const until = firstFrom(held, hourStart(hour));
  return held.slice(firstFrom(held, hourStart(hour) - back * hourMs), until);
}

/** Where in the hours the first is that begins at a time or later. */
function firstFrom(held: readonly KeyedHour[], ms: number): number {
  let [low, high] = [0, held.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const { hour = '' } = held[middle] ?? {};
    if (hourStart(hour) < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

async function judgedBefore(
  ports: Pick<DataPorts, 'store'>,
  contract: ContractPlan,
  asked: readonly AskedHour[],
  previous: Snapshot | undefined,
): Promise<Map<string, PartitionVersion>> {
  const found = new Map<string, PartitionVersion>();
  for (const part of previous?.parts ?? []) if (part.across !== undefined) found.set(part.across.key, part);
  const unknown = asked.filter(({ judgement }) => !found.has(judgement));
  const reports = await concurrently(unknown, storeHands, ({ judgement }) =>
    readJson<AcrossReport>(ports.store, acrossReportKey(contract, judgement)),
  );
  for (const report of reports) if (report !== undefined) found.set(report.judgement, report.partition);
  return found;
}
