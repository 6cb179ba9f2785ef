import { Command } from 'commander';
import { command, whenRun } from '../command.ts';

export function contractCommand(): Command {
  return new Command('contract')
    .description('Compares contracts, makes a first one from a file, and exchanges them with other tools.')
    .addCommand(inferCommand())
    .addCommand(diffCommand())
    .addCommand(importCommand())
    .addCommand(exportCommand());
}

function inferCommand(): Command {
  const text = 'Writes the TypeScript of a contract that every row of a file keeps to: a true place to start from.';
  return command('infer <file>', text, 'whet contract infer data/payments.csv --to pipelines/payments.ts')
    .option('--id <id>', "the contract's id; the file's name when left out")
    .option('--to <file>', 'a file that is not there yet; the terminal when left out')
    .action(whenRun(async () => (await import('../actions/contractInfer.ts')).contractInfer));
}

function diffCommand(): Command {
  const text = 'Says what changed in a contract since a run was judged by it: major, minor or patch, and why.';
  return command('diff <contract>', text, 'whet contract diff payments --check')
    .option('--from <run-or-folder>', 'a run, or a folder with another pipelines/; the last run when left out')
    .option('--check', 'end with exit code 4 where the version was not raised as far as the changes ask')
    .action(whenRun(async () => (await import('../actions/contractDiff.ts')).contractDiff));
}

function importCommand(): Command {
  const text =
    'Writes the TypeScript of a contract from YAML of the Open Data Contract Standard, and names what is left out.';
  return command('import <file>', text, 'whet contract import payments.odcs.yaml --to pipelines/payments.ts')
    .option('--schema <name>', 'the schema object; needed where the document has several')
    .option(
      '--event-time <column>',
      'the date that places a row in its hour; needed where none or several can be meant',
    )
    .option('--to <file>', 'a file that is not there yet; the terminal when left out')
    .action(whenRun(async () => (await import('../actions/contractImport.ts')).contractImport));
}

function exportCommand(): Command {
  const text =
    'Writes a contract as YAML of the Open Data Contract Standard v3.1; read back, it gives the same contract.';
  return command('export <contract>', text, 'whet contract export payments --onto payments.odcs.yaml')
    .option('--onto <file>', 'a document that the contract is said in, with all else that it says and its comments')
    .option('--schema <name>', "the document's schema object, where it is not called as the contract")
    .option('--to <file>', 'a file that is not there yet, or the one of --onto; the terminal when left out')
    .action(whenRun(async () => (await import('../actions/contractExport.ts')).contractExport));
}
