import type { Command } from 'commander';
import { command, whenRun } from '../command.ts';

export function feedbackCommand(): Command {
  const text = 'Stores labels that came back, from a file of NDJSON or CSV: all of them, or none where one is wrong.';
  return command('feedback <pipeline> <file>', text, 'whet feedback flight-delays landed.ndjson').action(
    whenRun(async () => (await import('../actions/feedback.ts')).feedback),
  );
}
