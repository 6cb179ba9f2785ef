import { proxyActivities } from '@temporalio/workflow';
import type { PipelineActivities } from '../activities/activities.ts';
import { checkScoreInput, type ScoreInput } from '../core/scoreInput.ts';
import type { ScoringSummary } from '../core/scoring.ts';
import { brief, long } from './activityOptions.ts';
import { checkedInput } from './refuse.ts';
import { shareWork } from './shareWork.ts';
import { openStory } from './story.ts';

const { openScoring } = proxyActivities<PipelineActivities>(brief);
const { scoring: scoringStage } = proxyActivities<PipelineActivities>(long);

/** Scores files with a version, partition by partition, on as many workers as there are. */
export async function score(given: ScoreInput): Promise<ScoringSummary> {
  const input = checkedInput(() => checkScoreInput(given));
  const story = openStory(`scores of ${input.pipeline}: ${input.in} to ${input.out}`);
  const startedAt = Date.now();
  story.doing('finding the version');
  const scoring = await openScoring({ input });
  const { pipeline, version, digest, out: output } = scoring;
  story.done(`version ${version}, model ${digest.slice(0, 12)}`);

  const { answer } = await shareWork((done) => scoringStage({ scoring, done }), story.doing);
  const { partitions, reused, rows, refused, scored, others } = answer;
  const seconds = (Date.now() - startedAt) / 1_000;
  const speed = scored === 0 ? '' : `, ${Math.round(scored / seconds)} rows a second`;
  story.done(`${rows} rows scored in ${partitions} partitions, ${reused} of them reused${speed}`);
  if (refused > 0) story.done(`${refused} rows refused, each with its reasons in _refused`);
  if (others > 0) story.done(`${others} partitions of other scorings lie beside them: ${answer.manifest} names these`);
  story.end('done');
  return { pipeline, version, digest, output, ...answer, seconds, rowsPerSecond: scored / seconds };
}
