import type { Client } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import type { Progress } from '../core/run.ts';
import type { Report } from './engine.ts';

/** A stage that is done sooner is told by its line alone; one that lasts no more often than a person reads. */
const tellMs = 2_000;

/** Tells what a run is at where that lasts: its stage, and how far the stage's activity says that it has come. */
export function stageTold(client: Client, report: Report): (workflowId: string, progress?: Progress) => Promise<void> {
  let [done, told, at] = [0, '', performance.now()];
  return async (workflowId, progress) => {
    if (progress === undefined || performance.now() - at < tellMs) return;
    const isNew = progress.lines.length !== done;
    [done, at] = [progress.lines.length, performance.now()];
    const text = isNew ? undefined : await nowOf(client, workflowId, progress);
    if (text !== undefined && text !== told) report(text);
    told = text ?? told;
  };
}

/** Undefined where it has ended, or nobody answers: as in `progressOf`. */
async function nowOf(client: Client, workflowId: string, { now }: Progress): Promise<string | undefined> {
  const found = await client.workflow
    .getHandle(workflowId)
    .describe()
    .catch(() => undefined);
  if (found?.status.name !== 'RUNNING') return undefined;
  const beats = (found.raw.pendingActivities ?? []).flatMap(({ heartbeatDetails }) => heartbeatDetails?.payloads ?? []);
  const said = beats.map((beat) => defaultPayloadConverter.fromPayload(beat)).filter((one) => typeof one === 'string');
  return [now, ...said].join(', ');
}
