import type { Command } from 'commander';
import { command, whenRun } from '../command.ts';

export function copyCommand(): Command {
  return command(
    'copy <pipeline> <version>',
    'Copies a version with its scorecard and plan to another store, such as from staging to production.',
    'whet copy flight-delays champion --to s3://production/whet --why "a week in staging"',
  )
    .requiredOption('--to <store>', 'a folder, or an address such as s3://bucket/prefix')
    .option('--promote', 'and promote it there, through the engine of this machine that works on that store')
    .option('--who <name>', 'who copies (default: the user of this machine)')
    .option('--why <reason>', "why; it stands in the other store's ledger")
    .action(whenRun(async () => (await import('../actions/copy.ts')).copy));
}
