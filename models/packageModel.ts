import { learnerName } from '../core/learnerName.ts';
import type { FeatureMatrix } from '../core/matrix.ts';
import type { ModelPackage } from '../core/modelPackage.ts';
import type { TrialResult } from '../core/trial.ts';
import type { DataPorts } from '../datasets/dataPorts.ts';
import { getObject, getObjectJson } from '../storage/objects.ts';
import { buildPackage, type PackageBase } from './buildPackage.ts';
import { openLearner } from './learners/openLearner.ts';
import { decodeWeights } from './learners/weights.ts';
import { networkPart } from './networkGraph.ts';

export interface PackageInput extends PackageBase {
  /** The search's best trial. */
  readonly trial: TrialResult;
}

/** Makes the model package of a trial, as `buildPackage`. */
export async function packageModel(
  ports: DataPorts,
  { trial, ...base }: PackageInput,
): Promise<{ id: string; package: ModelPackage }> {
  const { candidate, key, backend, warmStart } = trial;
  const matrix = await getObjectJson<FeatureMatrix>(ports.store, base.matrix);
  const learner = await openLearner(candidate, ports.folder);
  const weights = decodeWeights(await getObject(ports.store, trial.weights));
  return buildPackage(ports, base, matrix, {
    part: networkPart(matrix.encoders, candidate, weights, learner),
    candidate,
    lineage: { trial: key, backend, ...(warmStart && { warmStart }) },
    code: { [learnerName(candidate)]: learner.version },
  });
}
