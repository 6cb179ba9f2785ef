import type { Command } from 'commander';
import { command, whenRun } from '../command.ts';

export function whyCommand(): Command {
  const text = 'Explains a run: per stage, reused or computed, and which input changed since the run before.';
  return command('why <run>', text, 'whet why flight-delays/2001-03-15T13').action(
    whenRun(async () => (await import('../actions/why.ts')).why),
  );
}
