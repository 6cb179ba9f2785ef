import { Command, Option } from 'commander';
import { command, whenRun } from '../command.ts';

export function snapshotCommand(): Command {
  return new Command('snapshot')
    .description('Shows, compares, writes out and pins frozen rows.')
    .addCommand(showCommand())
    .addCommand(diffCommand())
    .addCommand(checkoutCommand())
    .addCommand(pinCommand())
    .addCommand(unpinCommand());
}

function showCommand(): Command {
  const text = 'Tells what a snapshot holds, what it was made of, and which versions were trained on it.';
  return command('show <id>', text, 'whet snapshot show sn1-8b8be849').action(
    whenRun(async () => (await import('../actions/snapshotShow.ts')).snapshotShow),
  );
}

function diffCommand(): Command {
  const text = 'Says what changed between two snapshots: hours, rows, quarantine, contract and distributions.';
  return command('diff <before> <after>', text, 'whet snapshot diff sn1-8b8be849 sn1-071ab673').action(
    whenRun(async () => (await import('../actions/snapshotDiff.ts')).snapshotDifference),
  );
}

function checkoutCommand(): Command {
  const text = "Writes a snapshot's rows as plain files for other tools: one folder for each hour, and manifest.json.";
  return command('checkout <id>', text, 'whet snapshot checkout sn1-8b8be849 --to flights-of-march')
    .requiredOption('--to <folder>', 'a folder that is empty or not there yet')
    .addOption(
      new Option('--format <format>', 'what to write').choices(['parquet', 'csv', 'ndjson']).default('parquet'),
    )
    .action(whenRun(async () => (await import('../actions/snapshotCheckout.ts')).snapshotCheckout));
}

function pinCommand(): Command {
  const text = 'Keeps a snapshot and all that it is made of, whatever the retention says.';
  return command('pin <id>', text, 'whet snapshot pin sn1-8b8be849 --why "the audit of March"')
    .requiredOption('--why <reason>', 'why; it stands beside the pin')
    .option('--by <name>', 'who pins (default: the user of this machine)')
    .action(whenRun(async () => (await import('../actions/snapshotPin.ts')).snapshotPinned));
}

function unpinCommand(): Command {
  const text = 'Takes the pin of a snapshot off.';
  return command('unpin <id>', text, 'whet snapshot unpin sn1-8b8be849').action(
    whenRun(async () => (await import('../actions/snapshotPin.ts')).snapshotUnpinned),
  );
}
