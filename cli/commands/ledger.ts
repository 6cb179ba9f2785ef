import type { Command } from 'commander';
import { command, whenRun } from '../command.ts';

export function ledgerCommand(): Command {
  const text = "Shows every decision on a pipeline's versions: what, when, who, why. The chain of hashes is checked.";
  return command('ledger <pipeline>', text, 'whet ledger flight-delays')
    .option('--verify', "say only that the chain holds, and its head's hash to keep elsewhere")
    .action(whenRun(async () => (await import('../actions/ledger.ts')).ledger));
}
