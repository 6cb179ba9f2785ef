import { proxyActivities, setCurrentDetails } from '@temporalio/workflow';
import type { PipelineActivities } from '../activities/activities.ts';
import type { PackageOutput } from '../activities/package.ts';
import type { VersionRecord } from '../core/ledger.ts';
import { checkRetrainInput, type RetrainInput } from '../core/retrainInput.ts';
import type { RunRecord } from '../core/run.ts';
import { refreshOf, refreshText } from '../core/weightsVersion.ts';
import { brief, long } from './activityOptions.ts';
import { freezeWindow } from './freezeWindow.ts';
import { type Ending, type RunInput, type RunTelling, recordedRun } from './recordedRun.ts';
import { checkedInput } from './refuse.ts';
import { askedFor } from './retrain.ts';
import { shareWork } from './shareWork.ts';

const { submit } = proxyActivities<PipelineActivities>(brief);
const { resolveRefresh, refreshPackage } = proxyActivities<PipelineActivities>(long);

/** Renews the champion's recent-rate tables: its weights with what has settled since, as a version of its own. */
export async function refresh(given: RetrainInput): Promise<RunRecord> {
  const input = checkedInput(() => checkRetrainInput(given));
  const { pipeline } = input;
  setCurrentDetails(`Finding the champion of **${pipeline}** and the hour of its next tables.`);
  const nowMs = askedFor();
  const { answer } = await shareWork(
    (done) => resolveRefresh({ input, nowMs, done }),
    (now) => setCurrentDetails(`Reading the source of **${pipeline}**: ${now}.`),
  );
  const { plan, planId, asOf, champion, skip } = answer;
  const refreshes = champion?.version ?? null;
  return recordedRun(
    { pipeline, asOf, plan, planId },
    async (telling) =>
      skip !== null || champion === null
        ? { status: 'skipped', why: skip ?? 'no version answers yet' }
        : untilSubmitted({ pipeline, asOf, plan, planId }, champion, telling),
    { refreshes },
  );
}

/** Where the tables come out the same nothing has settled, and the champion stays as it is. */
async function untilSubmitted(input: RunInput, champion: VersionRecord, telling: RunTelling): Promise<Ending> {
  const { plan, asOf } = input;
  const { snapshot, facts } = await freezeWindow(input, telling);
  const counting = telling.doing('package: counting the tables, and proving the graph with them');
  const toRefresh = { plan, asOf, snapshot, package: champion.package, refresh: refreshOf(champion) };
  const { output, record } = await refreshPackage.executeWithOptions(counting, [toRefresh]);
  if (output === null) {
    telling.done(record, `the tables are those of version ${champion.version}`);
    return { ...facts, status: 'skipped', why: `no new labels settled since ${champion.asOf}` };
  }
  telling.done(record, `model ${output.digest.slice(0, 12)}, network and threshold unchanged`);
  const version = await submitted(input, champion, output, telling);
  const why = refreshText(refreshOf(champion), asOf);
  return { ...facts, status: 'refreshed', why, version, model: { digest: output.digest } };
}

/** With the scorecard and the verdict that the weights were given. */
async function submitted(
  { pipeline, asOf }: RunInput,
  champion: VersionRecord,
  { id, digest }: PackageOutput,
  { story, stages }: RunTelling,
): Promise<number> {
  const startedAt = Date.now();
  story.doing('register: handing the refresh to the release');
  const { plan, scorecard, verdict } = champion;
  const refreshed = { package: id, digest, asOf, refresh: refreshOf(champion) };
  const candidate = { ...refreshed, plan, scorecard, verdict, run: `${pipeline}/${asOf}` };
  const summary = `refresh of version ${champion.version} of ${pipeline}`;
  const { version } = await submit.executeWithOptions({ summary }, [{ pipeline, candidate }]);
  const seconds = (Date.now() - startedAt) / 1_000;
  stages.push({ name: 'register', key: id, seconds, reused: false, inputs: { package: id } });
  story.done(`register: version ${version} of ${pipeline}, with workflow release/${pipeline}`);
  return version;
}
