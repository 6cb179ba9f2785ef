import { proxyActivities } from '@temporalio/workflow';
import type { PipelineActivities } from '../activities/activities.ts';
import { batchWarningsText } from '../core/batch/batchWarningsText.ts';
import { outcomeText } from '../core/contractOutcome.ts';
import type { RunRecord } from '../core/run.ts';
import { vanishedText } from '../core/sourceChanges.ts';
import { brief, long } from './activityOptions.ts';
import type { RunInput, RunTelling } from './recordedRun.ts';
import { shareWork } from './shareWork.ts';

const { snapshot } = proxyActivities<PipelineActivities>(brief);
const { contract } = proxyActivities<PipelineActivities>(long);

/** What the first two stages leave to those after them, and to the record. */
export interface FrozenWindow {
  /** The snapshot's id. */
  readonly snapshot: string;
  readonly facts: Pick<RunRecord, 'rows' | 'contract' | 'snapshot'>;
}

/** The first stages of a run and of a refresh, done once for both: the window's partitions are validated and frozen. */
export async function freezeWindow(
  { plan, asOf, scope }: RunInput,
  { story, doing, done }: RunTelling,
): Promise<FrozenWindow> {
  const judgedAt = Date.now();
  const scoped = scope === undefined ? {} : { scope };
  const validating = doing('contract: validating the partitions of the window');
  const { answer: valid, sharedSeconds } = await shareWork(
    (done) => contract.executeWithOptions(validating, [{ plan, asOf, judgedAt, done, ...scoped }]),
    (now) => story.doing(`contract: ${now}`),
  );
  const { rows, counts, source, partitions, window, said, findings = [] } = valid.output;
  const outcome = said === undefined ? '' : `: ${outcomeText({ ...said, windowWarnings: [] })}`;
  const notes = [source === undefined ? '' : vanishedText(source), batchWarningsText(findings)];
  const noted = notes.map((note) => (note === '' ? '' : `; ${note}`)).join('');
  done(
    { ...valid.record, seconds: sharedSeconds + valid.record.seconds },
    `${rows.read} rows in ${counts.total} partitions, ${counts.validated} validated now, ${rows.quarantined} rows in quarantine${outcome}${noted}`,
  );

  const freezing = doing('snapshot: freezing the clean rows');
  const frozen = await snapshot.executeWithOptions(freezing, [{ plan, partitions, window, ...scoped }]);
  done(frozen.record, `${frozen.output.rows} rows, ${frozen.output.id.slice(0, 16)}`);
  const facts = {
    rows: { read: rows.read, quarantined: rows.quarantined },
    ...(said === undefined ? {} : { contract: said }),
    snapshot: { id: frozen.output.id, partitions: counts },
  };
  return { snapshot: frozen.output.id, facts };
}
