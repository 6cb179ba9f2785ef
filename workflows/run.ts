import type { RunRecord } from '../core/run.ts';
import { judgeCandidate } from './judgeCandidate.ts';
import { type Ending, type RunInput, type RunTelling, recordedRun } from './recordedRun.ts';
import { trainCandidate } from './trainCandidate.ts';

/** One run of a pipeline at an hour: from the source's rows to a verdict, each stage done once for its inputs. */
export function run(input: RunInput): Promise<RunRecord> {
  return recordedRun(input, (telling) => untilJudged(input, telling));
}

async function untilJudged(input: RunInput, telling: RunTelling): Promise<Ending> {
  const { facts, ...candidate } = await trainCandidate(input, telling);
  return { ...(await judgeCandidate(input, candidate, telling)), ...facts };
}
