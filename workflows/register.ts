import { proxyActivities, setCurrentDetails } from '@temporalio/workflow';
import type { PipelineActivities } from '../activities/activities.ts';
import { checkRegisterInput, type RegisterInput } from '../core/registerInput.ts';
import type { RunRecord } from '../core/run.ts';
import { brief, long } from './activityOptions.ts';
import { judgeCandidate } from './judgeCandidate.ts';
import { recordedRun } from './recordedRun.ts';
import { checkedInput } from './refuse.ts';

const { ownBase } = proxyActivities<PipelineActivities>(brief);
const { packageOwn } = proxyActivities<PipelineActivities>(long);

/** Makes a model of one's own a candidate: packaged, judged by the same card and gate, and handed to the release. */
export async function register(given: RegisterInput): Promise<RunRecord> {
  const input = checkedInput(() => checkRegisterInput(given));
  setCurrentDetails(`Finding the run that **${input.file}** was trained on.`);
  const { run, ...base } = await ownBase(input);
  return recordedRun({ pipeline: input.pipeline, ...base }, async (telling) => {
    const proving = telling.doing(`package: proving ${input.file} on the rows of ${run}`);
    const { model, file } = input;
    const packed = await packageOwn.executeWithOptions(proving, [{ ...base, model, file }]);
    const { digest, threshold } = packed.output;
    telling.done(packed.record, `model ${digest.slice(0, 12)}, threshold ${threshold.toFixed(4)}`);
    const { snapshot, matrix } = base;
    return judgeCandidate({ pipeline: input.pipeline, ...base }, { snapshot, matrix, packed: packed.output }, telling);
  });
}
