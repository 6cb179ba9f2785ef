import type { FeatureMatrix, MatrixPart, SketchedPart, TableReference } from '../core/matrix.ts';
import type { Plan } from '../core/plan.ts';
import type { Snapshot } from '../core/snapshot.ts';
import type { Hour } from '../core/time.ts';
import { longestLookbackMs, type RunWindow } from '../core/window.ts';
import type { DataPorts } from '../datasets/dataPorts.ts';
import { concurrently, storeHands } from '../storage/concurrently.ts';
import { digestOfValue } from '../storage/digest.ts';
import { readJson } from '../storage/objects.ts';
import { buildMatrix, matrixSection } from './buildMatrix.ts';
import { buildTables, buildWholeTable, tableSection } from './buildTables.ts';
import { fitWindow } from './fitWindow.ts';
import { previousParts } from './previousParts.ts';
import { recentFeatures } from './recentFeatures.ts';
import { stageKey } from './stageRecord.ts';

/**
 * The feature stage: the parts of the window, each with the table of its own hour; encoders fitted on the train window
 * alone; and the table of `asOf`, which the package carries. Throws as `buildMatrix` does.
 */
export async function buildFeatureMatrix(
  ports: DataPorts,
  plan: Plan,
  snapshot: Snapshot,
  window: RunWindow,
): Promise<FeatureMatrix> {
  const { parts, table, made } = await windowParts(ports, plan, snapshot, window);
  const [validateAt, testAt] = [window.train.length, window.train.length + window.validate.length];
  const train = parts.slice(0, validateAt);
  const encoders = await fitWindow(ports.store, plan, train, (some) => sketchesOf(ports, plan, snapshot, some, made));
  const [validate, test] = [parts.slice(validateAt, testAt), parts.slice(testAt)];
  return { snapshot: snapshot.id, asOf: window.asOf, encoders, train, validate, test, table };
}

/** Names all that the parts of a plan's features depend on, beside their rows. */
export function featuresId(plan: Plan): string {
  return digestOfValue({
    matrix: matrixSection(plan),
    table: tableSection(plan, recentFeatures(plan)),
    lookback: longestLookbackMs(plan),
  });
}

export interface WindowParts {
  /** One for each hour of the window, in order. */
  readonly parts: readonly MatrixPart[];
  /** That of `asOf`. */
  readonly table: TableReference;
  /** Those that the previous matrix had not, by their key. */
  readonly made: ReadonlyMap<string, SketchedPart>;
}

/** The tables and parts of a window: what the previous matrix has is taken from there, and the difference looked up or made. */
export async function windowParts(
  ports: DataPorts,
  plan: Plan,
  snapshot: Snapshot,
  { train, validate, test, asOf }: RunWindow,
): Promise<WindowParts> {
  const hours = [...train, ...validate, ...test];
  const previous = await previousParts(ports.store, featuresId(plan), snapshot, longestLookbackMs(plan));
  const others = hours.filter((hour) => !previous.has(hour));
  // The tables of all hours in one pass, the parts' own among them.
  await buildTables(ports, plan, snapshot, [...others, asOf]);
  const table = await buildWholeTable(ports, plan, snapshot, asOf);
  const made = await buildMatrix(ports, plan, snapshot, others, { tablesOlderByHours: 0 });
  const byHour = new Map(made.map((part) => [part.hour, partOf(part)]));
  const parts = hours.flatMap((hour) => previous.get(hour) ?? byHour.get(hour) ?? []);
  return { parts, table, made: new Map(made.map((part) => [part.key, part])) };
}

function partOf({ hour, key, object, rows }: SketchedPart): MatrixPart {
  return { hour, key, object, rows };
}

/** The notes of parts; of one whose note is gone, the part is made again. */
export async function sketchesOf(
  ports: DataPorts,
  plan: Plan,
  snapshot: Snapshot,
  parts: readonly MatrixPart[],
  made: ReadonlyMap<string, SketchedPart>,
): Promise<SketchedPart[]> {
  const found = await concurrently(
    parts,
    storeHands,
    async ({ key }) => made.get(key) ?? (await readJson<SketchedPart>(ports.store, stageKey(`matrix-${key}`))),
  );
  const lost: Hour[] = parts.filter((_, at) => found[at] === undefined).map(({ hour }) => hour);
  const again = await buildMatrix(ports, plan, snapshot, lost, { tablesOlderByHours: 0 });
  const byHour = new Map(again.map((part) => [part.hour, part]));
  return parts.flatMap(({ hour }, at) => found[at] ?? byHour.get(hour) ?? []);
}
