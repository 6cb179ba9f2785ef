import { WhetError } from '../core/errors.ts';
import type { FeatureMatrix } from '../core/matrix.ts';
import { matrixInputs } from '../core/matrixInputs.ts';
import type { ModelPackage } from '../core/modelPackage.ts';
import type { DataPorts } from '../datasets/dataPorts.ts';
import { getObject, getObjectJson } from '../storage/objects.ts';
import { buildPackage, type PackageBase, type ValidatedRows } from './buildPackage.ts';
import { decodeModel } from './onnx/decodeModel.ts';
import { ownNetwork, scoreOf } from './ownNetwork.ts';
import { ownScores } from './ownScores.ts';
import { checkParity } from './scorers/goldenRows.ts';

/** Raised when the same model would give another package. */
export const ownVersion = 1;

export interface OwnInput extends PackageBase {
  /** `objects/<sha256>` of an ONNX model. */
  readonly model: string;
  /** The name of its file, for people. */
  readonly file: string;
}

/**
 * Makes the model package of a network that was trained elsewhere on a run's matrix, as `buildPackage`, and proves on the
 * validation rows that it scores as the model by itself. Throws `model.not-usable` as well.
 */
export async function packageOwn(
  ports: DataPorts,
  { model, file, ...base }: OwnInput,
): Promise<{ id: string; package: ModelPackage }> {
  const matrix = await getObjectJson<FeatureMatrix>(ports.store, base.matrix);
  const bytes = await getObject(ports.store, model);
  const network = {
    part: ownNetwork(matrix.encoders, bytes),
    candidate: { learner: 'own', parameters: { file } },
    lineage: { model },
    code: { own: ownVersion },
  } as const;
  return buildPackage(ports, base, matrix, network, (validated) => proveOwn(bytes, matrix, validated));
}

async function proveOwn(
  bytes: Uint8Array,
  { encoders }: FeatureMatrix,
  { rows, scores }: ValidatedRows,
): Promise<void> {
  const alone = await scoredAlone(bytes, matrixInputs(encoders), rows);
  checkParity(alone, scores, 0.5, (row) => `validation row ${row} by the model alone`);
}

async function scoredAlone(bytes: Uint8Array, names: readonly string[], rows: ValidatedRows['rows']) {
  try {
    return await ownScores(bytes, names, scoreOf(decodeModel(bytes)).name, rows);
  } catch (error) {
    const came = error instanceof Error ? error.message : String(error);
    throw new WhetError('model.not-usable', { expected: 'a model that onnxruntime can run', came }, error);
  }
}
