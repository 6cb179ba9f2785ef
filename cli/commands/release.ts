import { userInfo } from 'node:os';
import { WithStartWorkflowOperation } from '@temporalio/client';
import type { Command } from 'commander';
import { WhetError } from '../../core/errors.ts';
import type { PersonInput } from '../../core/releaseMessages.ts';
import { pipelineQueue } from '../../core/taskQueues.ts';
import { headOf } from '../../registry/ledger.ts';
import { withEngine } from '../../workers/engine.ts';
import { releaseDecision } from '../../workers/retrainNow.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import { command, type JsonOption } from '../command.ts';
import { print, printJson, report } from '../output.ts';

interface PersonOptions extends JsonOption {
  readonly who?: string;
  readonly why?: string;
}

type Word = 'promote' | 'reject' | 'rollback';

export function promoteCommand(): Command {
  return person(
    'promote <pipeline> <version>',
    'Puts a version in charge, whatever the gate said.',
    'whet promote flight-delays 3 --why "checked by hand"',
    'promote',
  );
}

export function rejectCommand(): Command {
  return person(
    'reject <pipeline> <version>',
    'Turns a version down, in the ledger.',
    'whet reject flight-delays 3 --why "trained on a bad day"',
    'reject',
  );
}

export function rollbackCommand(): Command {
  const text = 'Goes back to the version that answered before, or to the one named.';
  return person(
    'rollback <pipeline> [version]',
    text,
    'whet rollback flight-delays --why "complaints since noon"',
    'rollback',
  );
}

function person(usage: string, description: string, example: string, word: Word): Command {
  return command(usage, description, example)
    .option('--who <name>', 'who decides (default: the user of this machine)')
    .option('--why <reason>', 'why; it stands in the ledger')
    .action((pipeline: string, version: string | undefined, options: PersonOptions) =>
      say(word, pipeline, version, options),
    );
}

async function say(word: Word, pipeline: string, version: string | undefined, options: PersonOptions): Promise<void> {
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
}

function versionOf(text: string | undefined): { version?: number } {
  if (text === undefined) return {};
  const version = Number(text.replace(/^v/, ''));
  if (Number.isInteger(version) && version > 0) return { version };
  throw new WhetError('input.invalid', { expected: 'the number of a version', came: `'${text}'` });
}
