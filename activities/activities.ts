import { createAlertActivities } from './alerts.ts';
import { createApprovalActivities } from './approvals.ts';
import { createWaitActivities } from './awaitRun.ts';
import { createBacktestActivities } from './backtest.ts';
import type { createBatchActivities } from './batches.ts';
import { createContractActivities } from './contract.ts';
import { createFeaturesActivities } from './features.ts';
import { createGateActivities } from './gate.ts';
import { createLookActivities } from './look.ts';
import { createOwnModelActivities } from './ownModel.ts';
import { createPackageActivities } from './package.ts';
import type { Ports } from './ports.ts';
import { createRecordActivities } from './recordRun.ts';
import { createRefreshActivities } from './refresh.ts';
import { createReleaseActivities } from './release.ts';
import { createResolveActivities } from './resolve.ts';
import { createRetrainingActivities } from './retraining.ts';
import { createRolloutActivities } from './rollout.ts';
import { createScoreActivities } from './score.ts';
import { createScorecardActivities } from './scorecard.ts';
import { createSearchActivities } from './search.ts';
import { createSnapshotActivities } from './snapshot.ts';
import { createTrafficActivities } from './traffic.ts';
import type { createTrialActivities } from './trials.ts';
import { createWatchActivities } from './watchStep.ts';

/** All activities of the pipeline worker. */
export function createPipelineActivities(ports: Ports) {
  return {
    ...createResolveActivities(ports),
    ...createRetrainingActivities(ports),
    ...createWaitActivities(),
    ...createContractActivities(ports),
    ...createSnapshotActivities(ports),
    ...createFeaturesActivities(ports),
    ...createSearchActivities(ports),
    ...createPackageActivities(ports),
    ...createOwnModelActivities(ports),
    ...createRefreshActivities(ports),
    ...createScorecardActivities(ports),
    ...createScoreActivities(ports),
    ...createGateActivities(ports),
    ...createReleaseActivities(ports),
    ...createApprovalActivities(ports),
    ...createRolloutActivities(ports),
    ...createTrafficActivities(ports),
    ...createWatchActivities(ports),
    ...createLookActivities(ports),
    ...createAlertActivities(ports),
    ...createBacktestActivities(ports),
    ...createRecordActivities(ports),
  };
}

export type PipelineActivities = ReturnType<typeof createPipelineActivities>;
export type TrialActivities = ReturnType<typeof createTrialActivities>;
export type BatchActivities = ReturnType<typeof createBatchActivities>;
