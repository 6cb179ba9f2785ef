import { activityInfo } from '@temporalio/activity';
import type { RunRecord } from '../core/run.ts';
import type { Ports } from './ports.ts';
import { keepRunRecord } from './runRecords.ts';

/** The end of a run: its whole story, written once, so that it can be explained when Temporal's history is gone. */
export function createRecordActivities(ports: Ports) {
  return {
    recordRun({ record }: { record: Omit<RunRecord, 'run' | 'workflow' | 'endedAt'> }): Promise<RunRecord> {
      const workflow = activityInfo().workflowExecution?.runId ?? 'none';
      return keepRunRecord(ports.store, { ...record, workflow, endedAt: new Date(ports.clock()).toISOString() });
    },
  };
}
