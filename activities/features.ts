import type { MatrixPart } from '../core/matrix.ts';
import type { Plan } from '../core/plan.ts';
import { hourStart } from '../core/time.ts';
import { runWindow } from '../core/window.ts';
import { readSnapshot } from '../datasets/snapshots/freezeSnapshot.ts';
import { matrixVersion } from '../features/buildMatrix.ts';
import { buildFeatureMatrix, featuresId } from '../features/featureStage.ts';
import { notePrevious } from '../features/previousParts.ts';
import { putObjectJson } from '../storage/objects.ts';
import type { Ports } from './ports.ts';
import { portsIn, type Scoped } from './scopedPorts.ts';
import { type StageOutcome, stage } from './stage.ts';
import { whileBeating } from './whileBeating.ts';

export interface FeaturesOutput {
  /** `objects/<sha256>` of the `FeatureMatrix`. */
  readonly matrix: string;
  readonly rows: { readonly train: number; readonly validate: number; readonly test: number };
}

export interface FeaturesInput extends Scoped {
  readonly plan: Plan;
  readonly asOf: string;
  readonly snapshot: string;
}

/** Stage 3: tables, matrix parts and the encoders fitted on the train window. */
export function createFeaturesActivities(all: Ports) {
  return {
    features(input: FeaturesInput): Promise<StageOutcome<FeaturesOutput>> {
      const ports = portsIn(all, input);
      const { plan, asOf, snapshot } = input;
      const { features, label, window, scorecard } = plan;
      const section = { features, label, window, slices: scorecard.slices };
      const identity = { name: 'features', version: matrixVersion, section, inputs: { snapshot, asOf } } as const;
      return stage(ports, identity, () =>
        whileBeating(async () => {
          const frozen = await readSnapshot(ports.store, snapshot);
          const matrix = await buildFeatureMatrix(ports, plan, frozen, runWindow(plan, hourStart(asOf)));
          const rows = { train: rowsOf(matrix.train), validate: rowsOf(matrix.validate), test: rowsOf(matrix.test) };
          const id = await putObjectJson(ports.store, matrix);
          await notePrevious(ports.store, featuresId(plan), frozen, id, matrix);
          return { matrix: id, rows };
        }),
      );
    },
  };
}

function rowsOf(parts: readonly MatrixPart[]): number {
  return parts.reduce((rows, part) => rows + part.rows, 0);
}
