import { alikeWindows } from '../core/drift/alikeWindows.ts';
import type { EarlierValue } from '../core/drift/carriedPast.ts';
import { fewestWindows } from '../core/drift/quietTest.ts';
import type { MonitorFinding } from '../core/look.ts';
import type { FeatureMatrix, MatrixPart } from '../core/matrix.ts';
import { hourMs, hourOf, hourStart } from '../core/time.ts';
import type { MonitorBase } from '../core/watchPlan.ts';
import { type LoadedMatrix, loadMatrix } from '../features/loadMatrix.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { getObjectJson, objectKey } from '../storage/objects.ts';
import type { LookContext, WatchedVersion } from './lookContext.ts';

const dayMs = 24 * hourMs;
/** Four weeks: eight days of a weekend. */
const backMs = 28 * dayMs;
const mostWindows = 20;

/** What a monitor's tests would say of rows of a feature matrix, by what they are about. */
export type ValuesOf = (rows: LoadedMatrix) => Promise<readonly (readonly [about: string, earlier: EarlierValue])[]>;

/**
 * The values that a monitor's tests gave in quiet windows like this one, by what they are about: at earlier looks at
 * the same time of day and on the same type of day; where these are too few, in the hours that the champion was trained
 * on, of any day where there are too few of the same type; none where these are too few as well.
 */
export async function quietPast(
  context: LookContext,
  monitor: MonitorBase,
  valuesOf: ValuesOf,
): Promise<(about: string) => readonly EarlierValue[]> {
  const looked = quietValues(await earlierFindings(context, monitor));
  const isEnough = [...looked.values()].some((values) => values.length >= fewestWindows);
  const trained =
    isEnough || context.champion === null ? none : await trainedValues(context, context.champion, monitor, valuesOf);
  return (about) => {
    const values = looked.get(about) ?? [];
    return values.length >= fewestWindows ? values : (trained.get(about) ?? []);
  };
}

const none: ReadonlyMap<string, EarlierValue[]> = new Map();

/** Of the look nearest to each such time. Windows do not overlap. */
async function earlierFindings(context: LookContext, { id, overMs }: MonitorBase): Promise<MonitorFinding[]> {
  const { atMs, plan } = context;
  const nearMs = (plan.watch?.everyMs ?? hourMs) / 2;
  const starts = apart(alikeWindows(atMs, atMs - backMs, mostWindows), atMs, overMs);
  const looks = await Promise.all(starts.map((at) => context.earlier(at - nearMs, at + nearMs)));
  const nearest = looks.flatMap((found, at) => {
    const away = (time: string): number => Math.abs(Date.parse(time) - (starts[at] ?? 0));
    return found.toSorted((a, b) => away(a.at) - away(b.at)).slice(0, 1);
  });
  return nearest.flatMap(({ findings }) => findings.filter(({ monitor }) => monitor === id));
}

function apart(starts: readonly number[], from: number, overMs: number): number[] {
  let last = from;
  return starts.filter((start) => {
    if (last - start < overMs) return false;
    last = start;
    return true;
  });
}

/**
 * Those of the windows that were not off. Of something that was hardly ever quiet all count: it was held to too little
 * then, and would be off for ever.
 */
function quietValues(findings: readonly MonitorFinding[]): Map<string, EarlierValue[]> {
  const by = new Map<string, EarlierValue[]>();
  for (const [about, found] of Map.groupBy(findings, (finding) => finding.about)) {
    const told = found.filter(({ value }) => value !== null);
    const quiet = told.filter(({ state }) => state === 'fine');
    const counted = quiet.length >= fewestWindows ? quiet : told;
    by.set(
      about,
      counted.flatMap(({ value, rows, valueRows = rows }) => (value === null ? [] : [{ value, rows: valueRows }])),
    );
  }
  return by;
}

/** Of each window of whole hours at the same time of day that the champion was trained on, by the source's own clock. */
async function trainedValues(
  { ports, sourceNowMs }: LookContext,
  { package: model }: WatchedVersion,
  { overMs }: MonitorBase,
  valuesOf: ValuesOf,
): Promise<ReadonlyMap<string, EarlierValue[]>> {
  const matrix = await matrixOf(ports.store, model.lineage.matrix);
  const values = new Map<string, EarlierValue[]>();
  for (const parts of windowsOf(matrix?.train ?? [], sourceNowMs, overMs)) {
    if (!(await areThere(ports.store, parts))) continue;
    const rows = await loadMatrix(ports.store, parts, model.encoders, model.asOf);
    for (const [about, earlier] of await valuesOf(rows)) values.set(about, [...(values.get(about) ?? []), earlier]);
  }
  return values;
}

/** A sweep takes what is old, and a copied version came without. */
async function matrixOf(store: ObjectStore, id: string): Promise<FeatureMatrix | undefined> {
  return (await store.has(objectKey(id))) ? getObjectJson<FeatureMatrix>(store, id) : undefined;
}

function windowsOf(train: readonly MatrixPart[], nowMs: number, overMs: number): MatrixPart[][] {
  const first = train[0]?.hour;
  if (first === undefined) return [];
  const hours = Math.max(1, Math.round(overMs / hourMs));
  const fromMs = Math.round((nowMs - overMs) / hourMs) * hourMs;
  const byHour = new Map(train.map((part) => [part.hour, part]));
  const windowAt = (startMs: number): MatrixPart[] =>
    Array.from({ length: hours }, (_, at) => byHour.get(hourOf(startMs + at * hourMs))).filter(
      (part) => part !== undefined,
    );
  const whole = (starts: readonly number[]): MatrixPart[][] =>
    apart(starts, fromMs, overMs)
      .map(windowAt)
      .filter((parts) => parts.length === hours)
      .slice(0, mostWindows);
  const alike = whole(alikeWindows(fromMs, hourStart(first), Number.POSITIVE_INFINITY));
  return alike.length >= fewestWindows ? alike : whole(daysBefore(fromMs, hourStart(first)));
}

function daysBefore(fromMs: number, earliestMs: number): number[] {
  const days = Math.max(0, Math.floor((fromMs - earliestMs) / dayMs));
  return Array.from({ length: days }, (_, at) => fromMs - (at + 1) * dayMs);
}

async function areThere(store: ObjectStore, parts: readonly MatrixPart[]): Promise<boolean> {
  const held = await Promise.all(parts.map(({ object }) => object === null || store.has(objectKey(object))));
  return held.every(Boolean);
}
