import { WhetError } from '../core/errors.ts';
import type { Plan } from '../core/plan.ts';
import type { RegisterInput } from '../core/registerInput.ts';
import type { RunRecord } from '../core/run.ts';
import { hourStart } from '../core/time.ts';
import { runWindow } from '../core/window.ts';
import { readSnapshot } from '../datasets/snapshots/freezeSnapshot.ts';
import { packageVersion } from '../models/buildPackage.ts';
import { ownVersion, packageOwn } from '../models/packageOwn.ts';
import type { PackageOutput } from './package.ts';
import { planOf } from './planOf.ts';
import type { Ports } from './ports.ts';
import { findRun, hasMatrix, matrixOfRun, runRecords } from './runRecords.ts';
import { type StageOutcome, stage } from './stage.ts';
import { whileBeating } from './whileBeating.ts';

/** What a run leaves to a model that was trained on its matrix. */
export interface OwnBase {
  readonly run: string;
  readonly plan: Plan;
  readonly planId: string;
  readonly asOf: string;
  readonly snapshot: string;
  readonly matrix: string;
}

export interface OwnPackageInput extends Omit<OwnBase, 'run'> {
  readonly model: string;
  readonly file: string;
}

/** Stage 5 for a model of one's own: it takes the place of the search's best trial. */
export function createOwnModelActivities(ports: Ports) {
  return {
    /** The run that a model is registered on. Throws `run.unknown`. */
    async ownBase({ pipeline, run }: RegisterInput): Promise<OwnBase> {
      const record = run === undefined ? await lastWithMatrix(ports, pipeline) : await findRun(ports.store, run);
      if (record.pipeline !== pipeline) throw unknownRun(`a run of '${pipeline}'`, record.run);
      const { asOf, plan: planId, snapshot } = record;
      if (snapshot === undefined) throw unknownRun('a run that froze a snapshot', `${record.run}: ${record.why}`);
      const plan = await planOf(ports.store, planId);
      return { run: record.run, plan, planId, asOf, snapshot: snapshot.id, matrix: matrixOfRun(record) };
    },

    packageOwn({
      plan,
      planId,
      asOf,
      snapshot,
      matrix,
      model,
      file,
    }: OwnPackageInput): Promise<StageOutcome<PackageOutput>> {
      const inputs = { plan: planId, snapshot, matrix, asOf, model, file };
      const version = 1_000 * packageVersion + ownVersion;
      return stage(ports, { name: 'package', version, section: plan.answer, inputs }, () =>
        whileBeating(async () => {
          const frozen = await readSnapshot(ports.store, snapshot);
          const window = runWindow(plan, hourStart(asOf));
          const made = await packageOwn(ports, { plan, planId, snapshot: frozen, matrix, window, model, file });
          return { id: made.id, digest: made.package.model.digest, threshold: made.package.threshold };
        }),
      );
    },
  };
}

async function lastWithMatrix({ store }: Ports, pipeline: string): Promise<RunRecord> {
  const found = (await runRecords(store, pipeline)).findLast(hasMatrix);
  if (found !== undefined) return found;
  throw unknownRun(`a run of '${pipeline}' that built a feature matrix`, 'none yet');
}

function unknownRun(expected: string, came: string): WhetError {
  return new WhetError('run.unknown', { expected, came });
}
