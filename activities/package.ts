import type { Plan } from '../core/plan.ts';
import { hourStart } from '../core/time.ts';
import type { TrialResult } from '../core/trial.ts';
import { runWindow } from '../core/window.ts';
import { readSnapshot } from '../datasets/snapshots/freezeSnapshot.ts';
import { packageVersion } from '../models/buildPackage.ts';
import { packageModel } from '../models/packageModel.ts';
import type { Ports } from './ports.ts';
import { type StageOutcome, stage } from './stage.ts';
import { whileBeating } from './whileBeating.ts';

export interface PackageInput {
  readonly plan: Plan;
  readonly planId: string;
  readonly asOf: string;
  readonly snapshot: string;
  readonly matrix: string;
  readonly trial: TrialResult;
}

export interface PackageOutput {
  /** `objects/<sha256>` of the `ModelPackage`. */
  readonly id: string;
  readonly digest: string;
  readonly threshold: number;
}

/** Stage 5: one ONNX graph from raw columns to score, proven equal to the features' SQL. */
export function createPackageActivities(ports: Ports) {
  return {
    package(input: PackageInput): Promise<StageOutcome<PackageOutput>> {
      const { plan, planId, asOf, snapshot, matrix, trial } = input;
      const inputs = { plan: planId, snapshot, matrix, trial: trial.key, asOf };
      return stage(ports, { name: 'package', version: packageVersion, section: plan.answer, inputs }, () =>
        whileBeating(async () => {
          const frozen = await readSnapshot(ports.store, snapshot);
          const window = runWindow(plan, hourStart(asOf));
          const made = await packageModel(ports, { plan, planId, snapshot: frozen, matrix, window, trial });
          return { id: made.id, digest: made.package.model.digest, threshold: made.package.threshold };
        }),
      );
    },
  };
}
