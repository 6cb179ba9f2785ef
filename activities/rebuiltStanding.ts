import { log } from '@temporalio/activity';
import { WhetError } from '../core/errors.ts';
import { pastRun } from '../core/pastRun.ts';
import type { Plan } from '../core/plan.ts';
import { mostPastRuns, noRetraining, type RetrainStanding } from '../core/retrainStanding.ts';
import type { RunRecord } from '../core/run.ts';
import type { Scorecard } from '../core/scorecard.ts';
import { concurrently, storeHands } from '../storage/concurrently.ts';
import { getObjectJson } from '../storage/objects.ts';
import type { Ports } from './ports.ts';
import { lastRunRecords } from './runRecords.ts';
import { unendedRun } from './unendedRun.ts';

/** What the records of a pipeline's runs tell, and Temporal of the one under way, where nothing else was kept of them yet, or it is lost. */
export async function rebuiltStanding(ports: Ports, { pipeline, search }: Plan): Promise<RetrainStanding> {
  const records = await lastRunRecords(ports.store, pipeline, hasTrained, mostPastRuns);
  const runs = await concurrently(records, storeHands, async (record) => {
    const { asOf, plan, startedAt } = record;
    const card = await scorecardOf(ports, record.scorecard?.id);
    return pastRun({ asOf, plan, startedMs: Date.parse(startedAt) }, record, card, search.maximize);
  });
  return { ...noRetraining, underway: await unendedRun(ports.store, pipeline, ports.clock()), runs };
}

/** A refresh trained nothing, and neither did whoever brought a model. */
function hasTrained({ status, refreshes, stages }: RunRecord): boolean {
  if (refreshes !== undefined || status === 'skipped') return false;
  return status !== 'judged' || stages.some(({ name }) => name === 'search');
}

/** One that cannot be read is told of: the run counts all the same, and nothing is learnt of what its champion lost. */
export async function scorecardOf({ store }: Pick<Ports, 'store'>, id: string | undefined): Promise<Scorecard | null> {
  if (id === undefined) return null;
  try {
    return await getObjectJson<Scorecard>(store, id);
  } catch (error) {
    if (!(error instanceof WhetError)) throw error;
    log.warn(`A run's scorecard could not be read. ${error.message}`);
    return null;
  }
}
