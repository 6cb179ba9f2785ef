import { Command } from 'commander';
import { command, whenRun } from '../command.ts';

export function contractCommand(): Command {
  return new Command('contract')
    .description('Compares contracts, and makes a first one from a file.')
    .addCommand(inferCommand())
    .addCommand(diffCommand());
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
