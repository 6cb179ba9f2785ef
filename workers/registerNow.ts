import type { Client } from '@temporalio/client';
import type { RegisterInput } from '../core/registerInput.ts';
import type { RunRecord } from '../core/run.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import type { Report } from './engine.ts';
import { recordedNow } from './recordedNow.ts';

export interface RegisterNow {
  readonly client: Client;
  readonly store: ObjectStore;
  readonly input: RegisterInput;
  readonly report: Report;
}

/** Makes a model a candidate and waits for the release's decision, telling each line of progress as it comes. */
export function registerNow({ input, ...now }: RegisterNow): Promise<RunRecord> {
  const { pipeline, model, file } = input;
  const workflowId = `register/${pipeline}/${model.slice(0, 12)}`;
  return recordedNow({ ...now, input, workflow: 'register', workflowId, summary: `${file} for ${pipeline}` });
}
