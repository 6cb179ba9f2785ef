import { userInfo } from 'node:os';
import { WithStartWorkflowOperation } from '@temporalio/client';
import { WhetError } from '../../core/errors.ts';
import type { PersonInput } from '../../core/releaseMessages.ts';
import { pipelineQueue } from '../../core/taskQueues.ts';
import { headOf } from '../../registry/ledger.ts';
import { withEngine } from '../../workers/engine.ts';
import { releaseDecision } from '../../workers/retrainNow.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import type { JsonOption } from '../command.ts';
import { print, printJson, report } from '../output.ts';

export type ReleaseWord = 'promote' | 'reject' | 'rollback' | 'reference';

interface PersonOptions extends JsonOption {
  readonly who?: string;
  readonly why?: string;
}

/** What a person decides about a version, in the ledger: one action for each word. */
export function decideRelease(word: ReleaseWord) {
  return async (pipeline: string, version: string | undefined, options: PersonOptions): Promise<void> => {
    const workplace = openWorkplace();
    const before = (await headOf(workplace.store, pipeline))?.n ?? 0;
    const input: PersonInput = {
      ...versionOf(version),
      who: options.who ?? userInfo().username,
      why: options.why ?? 'no reason given',
    };
    const engine = { workplace, roles: ['pipeline'] as const, port: 0, uiPort: 0, report, onLine: report };
    const answer = await withEngine(engine, async (client) => {
      const startWorkflowOperation = new WithStartWorkflowOperation('release', {
        workflowId: `release/${pipeline}`,
        taskQueue: pipelineQueue,
        args: [{ pipeline }],
        workflowIdConflictPolicy: 'USE_EXISTING',
      });
      const told = await client.workflow.executeUpdateWithStart<never, { version: number }, [PersonInput]>(word, {
        args: [input],
        startWorkflowOperation: startWorkflowOperation as never,
      });
      return { ...told, decision: await releaseDecision(workplace.store, pipeline, told.version, before) };
    });
    if (options.json) printJson(answer);
    else print(answer.decision);
  };
}

function versionOf(text: string | undefined): { version?: number } {
  if (text === undefined) return {};
  const version = Number(text.replace(/^v/, ''));
  if (Number.isInteger(version) && version > 0) return { version };
  throw new WhetError('input.invalid', { expected: 'the number of a version', came: `'${text}'` });
}
