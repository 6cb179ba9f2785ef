import type { Command } from 'commander';
import { command, whenRun } from '../command.ts';

export function watchCommand(): Command {
  return command(
    'watch [pipeline]',
    'Shows how a pipeline does, or all of them: who answers, what each monitor finds, open alerts, the last decision to retrain.',
    'whet watch flight-delays --once',
  )
    .option('--once', 'show it once (default: until it is stopped)')
    .action(whenRun(async () => (await import('../actions/watch.ts')).watch));
}

export function lookCommand(): Command {
  return command(
    'look <pipeline>',
    'Looks at a pipeline now, as its schedule does: judges every monitor, tells of alerts, and retrains where a trigger asks for it.',
    'whet look flight-delays',
  ).action(whenRun(async () => (await import('../actions/look.ts')).look));
}
