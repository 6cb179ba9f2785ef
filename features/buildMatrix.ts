import type { HourTable, SketchedPart, TableReference } from '../core/matrix.ts';
import type { Plan } from '../core/plan.ts';
import type { PartitionVersion, Snapshot } from '../core/snapshot.ts';
import { type Hour, hourMs, hourOf, hourStart } from '../core/time.ts';
import { longestLookbackMs } from '../core/window.ts';
import type { DataPorts } from '../datasets/dataPorts.ts';
import { concurrently, storeHands } from '../storage/concurrently.ts';
import { digestOfValue } from '../storage/digest.ts';
import { createJson, getObjectJson, putObject } from '../storage/objects.ts';
import { buildTables } from './buildTables.ts';
import { countReadKeys } from './countReadKeys.ts';
import { contractColumn } from './featureColumns.ts';
import { featureKinds } from './featureKinds.ts';
import { encodeMatrixFile } from './matrixFile.ts';
import { emptyPart, matrixPart, matrixQuery } from './matrixPart.ts';
import { partsByHour } from './partsByHour.ts';
import { rawColumns } from './rawColumns.ts';
import { readHours } from './readHours.ts';
import { compoundFeatures } from './recentFeatures.ts';
import { stageKey, stageRecord } from './stageRecord.ts';

/** Goes up when a matrix part's bytes change for the same inputs. */
export const matrixVersion = 1;

export interface MatrixOptions {
  /** Rows of hour h read the table of h less this: 0 in training, the age of a champion's tables when it is judged. */
  readonly tablesOlderByHours: number;
}

/**
 * One part for each hour, in the order given. Parts that are there are reused; all others are made from one statement.
 * Throws `snapshot.missing-hour`, `column.unknown`, `column.wrong-type`, `storage.damaged`.
 */
export async function buildMatrix(
  ports: DataPorts,
  plan: Plan,
  snapshot: Snapshot,
  hours: readonly Hour[],
  options: MatrixOptions,
): Promise<SketchedPart[]> {
  const wanted = await wantedParts(ports, plan, snapshot, hours, options);
  const found = await concurrently(wanted, storeHands, ({ key }) =>
    stageRecord<SketchedPart>(ports.store, `matrix-${key}`),
  );
  const missing = wanted.filter((_, at) => found[at] === undefined);
  const made = new Map(
    (await makeParts(ports, plan, { wanted: missing, snapshot, ...options })).map((part) => [part.key, part]),
  );
  return wanted.map(({ key, partition }, at) => found[at] ?? made.get(key) ?? emptyPart(plan, partition.hour, key));
}

interface WantedPart {
  readonly partition: PartitionVersion;
  readonly table: TableReference;
  readonly key: string;
}

/** Wanted parts, with all that rows with compound keys may have to be counted from. */
interface MissingParts {
  readonly wanted: readonly WantedPart[];
  readonly snapshot: Snapshot;
  readonly tablesOlderByHours: number;
}

async function wantedParts(
  ports: DataPorts,
  plan: Plan,
  snapshot: Snapshot,
  hours: readonly Hour[],
  { tablesOlderByHours }: MatrixOptions,
): Promise<WantedPart[]> {
  const tableHour = (hour: Hour): Hour => hourOf(hourStart(hour) - tablesOlderByHours * hourMs);
  const tables = await buildTables(ports, plan, snapshot, hours.map(tableHour));
  const [parts, section] = [partsByHour(snapshot), matrixSection(plan)];
  return hours.flatMap((hour) => {
    const [partition, table] = [parts.at(hour), tables.get(tableHour(hour))];
    if (table === undefined) return [];
    const key = digestOfValue({ section, hour, content: partition.content, table: table.key });
    return [{ partition, table, key }];
  });
}

/** All that a part depends on, beside its rows and its table. */
export function matrixSection(plan: Plan): unknown {
  const { features, label, scorecard, contract } = plan;
  const kinds = features.map((feature) => featureKinds[feature.kind].version);
  const slices = scorecard.slices.map((name) => contractColumn(plan, name, 'scorecard.slices'));
  const columns = [...rawColumns(plan), ...slices.map(({ name, type, nullable }) => ({ name, type, nullable }))];
  const { from, settlesAfter } = label;
  const eventTime = contract.eventTime;
  return { version: matrixVersion, kinds, features, from, settlesAfter, slices: scorecard.slices, columns, eventTime };
}

/** The record is written last: it says that the object is there. */
async function makeParts(ports: DataPorts, plan: Plan, missing: MissingParts): Promise<SketchedPart[]> {
  const { wanted: all } = missing;
  const byHour = new Map(all.map((wanted) => [wanted.partition.hour, wanted]));
  const partitions = [...byHour.values()].map(({ partition }) => partition).sort((a, b) => (a.hour < b.hour ? -1 : 1));
  const empty = all.filter(({ partition }) => partition.object === null || partition.rows === 0);
  const compound = await compoundTables(ports, plan, missing, partitions);
  const record = async (part: SketchedPart): Promise<SketchedPart> => {
    await createJson(ports.store, stageKey(`matrix-${part.key}`), part);
    return part;
  };
  const made = await concurrently(readHours(ports, partitions, matrixQuery(plan)), storeHands, async (rows) => {
    const wanted = byHour.get(rows.part.hour);
    if (wanted === undefined) throw new TypeError(`Expected no rows of ${rows.part.hour}.`);
    const table = await getObjectJson<HourTable>(ports.store, wanted.table.object);
    const { matrix, ...sketches } = matrixPart(plan, rows, { ...table, ...compound.get(rows.part.hour) });
    const object = await putObject(ports.store, encodeMatrixFile(matrix));
    return record({ hour: rows.part.hour, key: wanted.key, object, rows: rows.rows, ...sketches });
  });
  const none = await concurrently(empty, storeHands, ({ partition, key }) =>
    record(emptyPart(plan, partition.hour, key)),
  );
  return [...made, ...none];
}

async function compoundTables(
  ports: DataPorts,
  plan: Plan,
  { wanted, snapshot, tablesOlderByHours }: MissingParts,
  partitions: readonly PartitionVersion[],
): Promise<Map<Hour, HourTable>> {
  if (compoundFeatures(plan).length === 0) return new Map();
  const [parts, lengthMs] = [partsByHour(snapshot), longestLookbackMs(plan)];
  const before = wanted.flatMap(({ table }) => parts.before(table.hour, lengthMs));
  const lookback = [...new Map(before.map((part) => [part.hour, part])).values()];
  return countReadKeys(ports, plan, { parts: partitions, lookback, tablesOlderByHours });
}
