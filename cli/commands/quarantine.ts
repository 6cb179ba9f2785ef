import { Command } from 'commander';
import { command, whenRun } from '../command.ts';

export function quarantineCommand(): Command {
  return new Command('quarantine')
    .description('Shows, exports and takes back the rows that broke their contract.')
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(exportCommand())
    .addCommand(readmitCommand());
}

const snapshotText = 'of this snapshot (default: of the window that a run judged last, accepted or refused)';

function listCommand(): Command {
  const text = 'Counts the rows in quarantine, hour by hour and rule by rule; of all contracts when none is named.';
  return command('list [contract]', text, 'whet quarantine list flights')
    .option('--snapshot <id>', snapshotText)
    .action(whenRun(async () => (await import('../actions/quarantineList.ts')).quarantineList));
}

function showCommand(): Command {
  const text = 'Shows rows in quarantine: every reason, the file and line, and the text of what is no row at all.';
  return command('show <contract>', text, 'whet quarantine show flights --rule delay.max --limit 5')
    .option('--hour <hour>', "of this hour, such as 2001-03-15T12, or 'undated'")
    .option('--rule <rule>', 'with this reason')
    .option('--limit <rows>', 'at most so many', '20')
    .option('--snapshot <id>', snapshotText)
    .action(whenRun(async () => (await import('../actions/quarantineShow.ts')).quarantineShow));
}

function exportCommand(): Command {
  const text = 'Writes all rows in quarantine to a file, to be looked through or mended.';
  return command('export <contract>', text, 'whet quarantine export flights --to bad-flights.csv')
    .requiredOption('--to <file>', 'a .parquet, .csv or .ndjson file that is not there yet')
    .option('--snapshot <id>', snapshotText)
    .action(whenRun(async () => (await import('../actions/quarantineExport.ts')).quarantineExport));
}

function readmitCommand(): Command {
  const text =
    'Takes mended rows of an export back from the next run on; without a file, tells which rows re-enter by themselves.';
  const example = 'whet quarantine readmit flights bad-flights.csv --why "minutes were seconds"';
  return command('readmit <contract> [file]', text, example)
    .option('--why <reason>', 'why; it stands in the record')
    .option('--by <name>', 'who mended them (default: the user of this machine)')
    .action(whenRun(async () => (await import('../actions/quarantineReadmit.ts')).quarantineReadmit));
}
