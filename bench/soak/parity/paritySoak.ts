import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { WhetError } from '../../../core/errors.ts';
import type { FeatureMatrix, HourTable } from '../../../core/matrix.ts';
import type { Plan } from '../../../core/plan.ts';
import { hourMs, hourStart, hoursBetween } from '../../../core/time.ts';
import { runWindow } from '../../../core/window.ts';
import { buildFeatureMatrix } from '../../../features/featureStage.ts';
import { type ParityRows, parityRows } from '../../../features/parityRows.ts';
import { rawColumns } from '../../../features/rawColumns.ts';
import { tensorType } from '../../../features/tensorType.ts';
import { modelGraph } from '../../../models/modelGraph.ts';
import { networkPart } from '../../../models/networkGraph.ts';
import { encodeModel } from '../../../models/onnx/encodeModel.ts';
import { scorerColumns } from '../../../models/scorers/goldenRows.ts';
import { getObjectJson } from '../../../storage/objects.ts';
import { freeze, openBench } from '../../../test/features/flights.ts';
import { oddFeatures } from '../../../test/features/oddFeatures.ts';
import { oddPlan, oddRows, oddTypes } from '../../../test/features/oddRows.ts';
import { compiledScores, ortScores, trainingScores } from './parityScores.ts';
import { type ParitySubject, paritySubjects, rowsOf } from './paritySubjects.ts';
import { noReferenceRuntime, type ReferenceModel, referenceRuntime } from './referenceRuntime.ts';

export interface ParityOptions {
  /** For files between. */
  readonly folder: string;
  readonly rows: number;
  readonly seed: number;
  readonly report?: (line: string) => void;
}

export interface ParityReport {
  readonly rows: number;
  readonly seed: number;
  readonly tolerance: number;
  /** The second runtime's packages, or why there was none. */
  readonly reference: Readonly<Record<string, string>> | string;
  readonly models: readonly ParityFinding[];
  readonly violations: readonly string[];
}

/** Of a model, the largest difference of any row's score to that of onnxruntime; null where a way was not gone. */
export interface ParityFinding {
  readonly name: string;
  /** By SQL and TensorFlow.js. */
  readonly training: number;
  /** As JavaScript; null where it cannot be compiled. */
  readonly compiled: number | null;
  /** By ONNX's reference implementation, after its checker. */
  readonly reference: number | null;
}

/** Largest difference between two scores of a row. */
const tolerance = 1e-6;

/**
 * Scores rows full of borders, nulls and odd texts in every way that there is, with a model of each kind of feature and
 * of each learner: all ways must agree.
 */
export async function paritySoak({ folder, rows, seed, report }: ParityOptions): Promise<ParityReport> {
  const given = await made(rows, seed);
  report?.(`${given.rows.rows} rows with ${given.matrix.encoders.columns.numeric.length} numbers each`);
  const scored = [];
  for (const subject of paritySubjects(given.plan, given.matrix.encoders)) {
    scored.push(await scoredBy(subject, given));
    report?.(`${subject.name} scored`);
  }
  const reference = await byReference(folder, given, scored);
  const models = scored.map(({ name, training, compiled }) => {
    const verdict = reference.models.find((one) => one.name === name);
    const largest = verdict === undefined ? null : 'largest' in verdict ? verdict.largest : Number.NaN;
    return { name, training, compiled, reference: largest };
  });
  const refused = reference.models.flatMap((one) => ('error' in one ? [`${one.name}: ${one.error}`] : []));
  const violations = [...refused, ...models.flatMap(violationsOf)];
  return { rows: given.rows.rows, seed, tolerance, reference: reference.versions, models, violations };
}

interface Given {
  readonly plan: Plan;
  readonly matrix: FeatureMatrix;
  readonly table: HourTable;
  readonly rows: ParityRows;
}

/** Odd rows of a day, encoders fitted on some of its hours, and features by SQL with the table of its end. */
async function made(count: number, seed: number): Promise<Given> {
  const [asOf, plan] = ['2001-03-02T00', oddPlan(oddFeatures)];
  const from = hourStart(asOf) - 24 * hourMs;
  const bench = await openBench();
  try {
    const odd = oddRows(count, from, hourStart(asOf), seed);
    const snapshot = await freeze(bench.ports, odd, '2001-03-01T00', asOf, oddTypes);
    const matrix = await buildFeatureMatrix(bench.ports, plan, snapshot, runWindow(plan, hourStart(asOf)));
    const table = await getObjectJson<HourTable>(bench.ports.store, matrix.table.object);
    const hours = hoursBetween(from, hourStart(asOf));
    const rows = await parityRows(bench.ports, plan, snapshot, matrix.encoders, hours, asOf, count, seed);
    return { plan, matrix, table, rows };
  } finally {
    await bench.close();
  }
}

interface Scored extends ReferenceModel {
  readonly training: number;
  readonly compiled: number | null;
}

async function scoredBy(subject: ParitySubject, { matrix, table, rows }: Given): Promise<Scored> {
  const { name, plan, encoders, candidate, weights } = subject;
  const own = rowsOf(subject, matrix.encoders, rows);
  const model = encodeModel(modelGraph(plan, encoders, table, networkPart(encoders, candidate, weights)));
  const columns = { rows: own.rows, columns: scorerColumns(own.raw) };
  const scores = await ortScores(model, columns);
  const training = largestDifference(scores, await trainingScores(subject, own));
  return {
    name,
    model,
    scores,
    training,
    compiled: ifCompiled(() => largestDifference(scores, compiledScores(model, columns))),
  };
}

function ifCompiled(difference: () => number): number | null {
  try {
    return difference();
  } catch (error) {
    if (error instanceof WhetError && error.code === 'scorer.not-compiled') return null;
    throw error;
  }
}

async function byReference(folder: string, { plan, rows }: Given, models: readonly ReferenceModel[]) {
  const reason = await noReferenceRuntime();
  if (reason !== undefined) return { versions: reason, models: [] };
  const inputs = rawColumns(plan).map((column) => ({ name: column.name, type: tensorType(column) }));
  await mkdir(join(folder, 'parity'), { recursive: true });
  return referenceRuntime(join(folder, 'parity'), inputs, scorerColumns(rows.raw), rows.rows, models);
}

/** NaN where either is no number. */
function largestDifference(a: Float32Array, b: Float64Array): number {
  let largest = 0;
  for (let row = 0; row < a.length; row += 1) {
    const difference = Math.abs((a[row] ?? Number.NaN) - (b[row] ?? Number.NaN));
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}

function violationsOf({ name, ...ways }: ParityFinding): string[] {
  return Object.entries(ways).flatMap(([way, difference]) => {
    return difference === null || difference <= tolerance ? [] : [`${name} by ${way}: scores differ by ${difference}`];
  });
}
