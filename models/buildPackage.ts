import { WhetError } from '../core/errors.ts';
import type { GraphPart } from '../core/graph.ts';
import type { FeatureMatrix, HourTable, MatrixPart } from '../core/matrix.ts';
import type { Lineage, ModelPackage } from '../core/modelPackage.ts';
import type { Plan } from '../core/plan.ts';
import type { Snapshot } from '../core/snapshot.ts';
import type { RunWindow } from '../core/window.ts';
import type { DataPorts } from '../datasets/dataPorts.ts';
import { featureKinds } from '../features/featureKinds.ts';
import { type LoadedMatrix, loadMatrix } from '../features/loadMatrix.ts';
import { rawColumns } from '../features/rawColumns.ts';
import { getObjectJson, putObject, putObjectJson } from '../storage/objects.ts';
import { modelGraph } from './modelGraph.ts';
import { networkGraph } from './networkGraph.ts';
import { encodeModel } from './onnx/encodeModel.ts';
import { noRows, provenRows } from './provenRows.ts';
import { referenceSketches } from './referenceSketches.ts';
import { type NetworkScorer, openNetworkScorer } from './scorers/networkScorer.ts';
import { openOrtScorer } from './scorers/ortScorer.ts';
import { bestThreshold, cheapestThreshold } from './threshold.ts';

/** Raised when the same input would give another package. */
export const packageVersion = 3;

/** What a package is made from, whoever trained the network in it. */
export interface PackageBase {
  readonly plan: Plan;
  readonly planId: string;
  readonly snapshot: Snapshot;
  /** The object id of the `FeatureMatrix`. */
  readonly matrix: string;
  readonly window: RunWindow;
}

/** The network of a package: features in, score out. */
export interface PackagedNetwork {
  readonly part: GraphPart;
  readonly candidate: ModelPackage['candidate'];
  readonly lineage: Pick<Lineage, 'trial' | 'model' | 'backend'>;
  /** Version of the code that wrote the part, by its name. */
  readonly code: Readonly<Record<string, number>>;
}

/**
 * Makes a model package: both graphs, the threshold and the sketches (on the validation rows), the proof that the graphs
 * agree (on test rows) and golden rows with their scores. The same input gives the same bytes. `proved` is shown the
 * validation rows with their scores before anything is stored. Throws `package.no-rows`, `package.parity-failed`.
 */
export async function buildPackage(
  ports: DataPorts,
  base: PackageBase,
  matrix: FeatureMatrix,
  network: PackagedNetwork,
  proved: (validated: ValidatedRows) => Promise<void> = async () => {},
): Promise<{ id: string; package: ModelPackage }> {
  const graphs = await encodedGraphs(ports, base, matrix, network.part);
  const scorer = await openNetworkScorer(graphs.network);
  const model = await openOrtScorer(graphs.model);
  try {
    const validated = await validatedRows(ports, matrix, scorer);
    await proved(validated);
    const answering = chosenThresholds(base.plan, validated);
    const { threshold } = answering;
    const sketches = referenceSketches(matrix.encoders, validated.rows, validated.scores);
    const golden = await provenRows(ports, base, matrix.encoders, {
      network: scorer,
      model,
      threshold,
      table: graphs.table,
    });
    const facts = described(base, matrix, network);
    const made = { ...facts, ...(await stored(ports, graphs)), ...answering, golden, sketches };
    return { id: await putObjectJson(ports.store, made), package: made };
  } finally {
    await Promise.all([scorer.release(), model.release()]);
  }
}

interface EncodedGraphs {
  readonly model: Uint8Array;
  readonly network: Uint8Array;
  readonly table: HourTable;
}

async function encodedGraphs(
  ports: DataPorts,
  { plan }: PackageBase,
  matrix: FeatureMatrix,
  network: GraphPart,
): Promise<EncodedGraphs> {
  const table = await getObjectJson<HourTable>(ports.store, matrix.table.object);
  return {
    model: encodeModel(modelGraph(plan, matrix.encoders, table, network)),
    network: encodeModel(networkGraph(plan, matrix.encoders, network)),
    table,
  };
}

/** The validation rows whose label has settled, and what the network makes of them. */
export interface ValidatedRows {
  readonly rows: LoadedMatrix;
  readonly scores: Float32Array;
}

async function validatedRows(ports: DataPorts, matrix: FeatureMatrix, network: NetworkScorer): Promise<ValidatedRows> {
  const rows = await loadMatrix(ports.store, matrix.validate, matrix.encoders, matrix.asOf);
  if (rows.rows === 0) throw noRows('validation', matrix.validate.length);
  const scores = await network.score({ ...rows, categoryNames: matrix.encoders.columns.categories });
  checkScores(scores);
  return { rows, scores };
}

function chosenThresholds(
  { scorecard }: Plan,
  { rows, scores }: ValidatedRows,
): Pick<ModelPackage, 'threshold' | 'profiles'> {
  const profiles = scorecard.profiles?.map((costs) => ({
    name: costs.name,
    threshold: cheapestThreshold(scores, rows.labels, costs),
  }));
  const [first] = profiles ?? [];
  if (profiles === undefined || first === undefined) return { threshold: bestThreshold(scores, rows.labels) };
  return { threshold: first.threshold, profiles };
}

function checkScores(scores: Float32Array): void {
  const row = scores.findIndex((score) => !(score >= 0 && score <= 1));
  if (row === -1) return;
  const expected = `a score from 0 to 1 for validation row ${row}`;
  throw new WhetError('package.parity-failed', { expected, came: String(scores[row]) });
}

function described(base: PackageBase, matrix: FeatureMatrix, network: PackagedNetwork) {
  return {
    format: 1,
    pipeline: base.plan.pipeline,
    plan: base.planId,
    asOf: matrix.asOf,
    candidate: network.candidate,
    inputs: rawColumns(base.plan),
    encoders: matrix.encoders,
    table: matrix.table.object,
    answer: base.plan.answer,
    lineage: lineageOf(base, matrix, network),
  } as const;
}

function lineageOf(
  { plan, snapshot, matrix: id }: PackageBase,
  { train, validate }: FeatureMatrix,
  { lineage, code }: PackagedNetwork,
): Lineage {
  const kinds = [...new Set(plan.features.map(({ kind }) => kind))].sort();
  return {
    snapshot: snapshot.id,
    matrix: id,
    ...lineage,
    seed: plan.search.seed,
    rows: { train: rowsOf(train), validate: rowsOf(validate) },
    code: {
      package: packageVersion,
      ...code,
      ...Object.fromEntries(kinds.map((kind) => [kind, featureKinds[kind].version])),
    },
  };
}

function rowsOf(parts: readonly MatrixPart[]): number {
  return parts.reduce((sum, { rows }) => sum + rows, 0);
}

async function stored(ports: DataPorts, { model, network }: EncodedGraphs) {
  return {
    model: { digest: await putObject(ports.store, model), bytes: model.byteLength },
    network: { digest: await putObject(ports.store, network), bytes: network.byteLength },
  };
}
