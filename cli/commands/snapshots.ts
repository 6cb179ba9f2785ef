import type { Command } from 'commander';
import { command, whenRun } from '../command.ts';

export function snapshotsCommand(): Command {
  const text = 'Lists the snapshots that were frozen of a contract, oldest first; of all contracts when none is named.';
  return command('snapshots [contract]', text, 'whet snapshots flights').action(
    whenRun(async () => (await import('../actions/snapshots.ts')).snapshots),
  );
}
