import { WorkflowNotFoundError } from '@temporalio/client';
import { findRun } from '../activities/runRecords.ts';
import { rowsOf } from '../activities/search.ts';
import { WhetError } from '../core/errors.ts';
import type { Plan } from '../core/plan.ts';
import type { Leaderboard, RunRecord, TrialRow } from '../core/run.ts';
import type { MetricName } from '../core/scorecardPlan.ts';
import { ranked } from '../core/trialValue.ts';
import { getObjectJson, requireJson } from '../storage/objects.ts';
import { readEngine } from '../workers/engineFile.ts';
import { connectTemporal } from '../workers/temporal/connectTemporal.ts';
import { namesTemporal } from '../workers/temporal/temporalTarget.ts';
import type { Workplace } from '../workers/workplace.ts';

/** The trials of a run, rung by rung, best first. */
export interface SearchedTrials {
  /** `<pipeline>/<asOf>/<n>`; without the number while the search is under way. */
  readonly run: string;
  /** What the search maximizes. */
  readonly metric: MetricName;
  readonly rows: readonly TrialRow[];
  readonly isUnderWay: boolean;
  /** What was chosen, once that is known. */
  readonly best?: RunRecord['best'];
}

/**
 * The trials of a search that is under way in this hour, else of the run that is named. Throws `run.unknown`, also for
 * a run that searched nothing.
 */
export async function searchedTrials(workplace: Workplace, name: string): Promise<SearchedTrials> {
  return (await trialsUnderWay(workplace, name)) ?? (await trialsOfRecord(workplace, name));
}

async function trialsUnderWay(workplace: Workplace, name: string): Promise<SearchedTrials | undefined> {
  const [pipeline, asOf, n] = name.replace(/^run\//, '').split('/');
  const engine = namesTemporal() ? undefined : await readEngine(workplace.state);
  if (asOf === undefined || n !== undefined || (engine === undefined && !namesTemporal())) return undefined;
  const { client, connection } = await connectTemporal(engine?.address);
  try {
    const handle = client.workflow.getHandle(`search/${pipeline}/${asOf}`);
    if ((await handle.describe()).status.name !== 'RUNNING') return undefined;
    const { metric, pages, rows } = await handle.query<Leaderboard>('leaderboard');
    const all = [...(await rowsOf(workplace.store, pages)), ...rows];
    return { run: `${pipeline}/${asOf}`, metric, rows: ranked(all, metric), isUnderWay: true };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  } finally {
    await connection.close();
  }
}

async function trialsOfRecord({ store }: Workplace, name: string): Promise<SearchedTrials> {
  const record = await findRun(store, name, ({ trials }) => trials !== undefined);
  if (record.trials === undefined) {
    const came = `${record.run}, which was ${record.status}: ${record.why}`;
    throw new WhetError('run.unknown', { expected: 'a run that searched a grid', came });
  }
  const { search } = await requireJson<Plan>(store, `plans/${record.plan}.json`);
  const rows = await getObjectJson<TrialRow[]>(store, record.trials.table);
  const metric = search.maximize;
  return { run: record.run, metric, rows: ranked(rows, metric), isUnderWay: false, best: record.best };
}
