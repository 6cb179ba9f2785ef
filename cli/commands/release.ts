import type { Command } from 'commander';
import type { ReleaseWord } from '../actions/decideRelease.ts';
import { command, whenRun } from '../command.ts';

export function promoteCommand(): Command {
  return person(
    'promote <pipeline> <version>',
    'Puts a version in charge, whatever the gate said.',
    'whet promote flight-delays 3 --why "checked by hand"',
    'promote',
  );
}

export function rejectCommand(): Command {
  return person(
    'reject <pipeline> <version>',
    'Turns a version down, in the ledger.',
    'whet reject flight-delays 3 --why "trained on a bad day"',
    'reject',
  );
}

export function rollbackCommand(): Command {
  const text = 'Goes back to the version that answered before, or to the one named.';
  return person(
    'rollback <pipeline> [version]',
    text,
    'whet rollback flight-delays --why "complaints since noon"',
    'rollback',
  );
}

export function referenceCommand(): Command {
  return person(
    'reference <pipeline> <version>',
    'Anchors the gate at a version: noWorseThanReference compares with it, and looks are counted anew.',
    'whet reference flight-delays 3 --why "good for a month"',
    'reference',
  );
}

function person(usage: string, description: string, example: string, word: ReleaseWord): Command {
  return command(usage, description, example)
    .option('--who <name>', 'who decides (default: the user of this machine)')
    .option('--why <reason>', 'why; it stands in the ledger')
    .action(whenRun(async () => (await import('../actions/decideRelease.ts')).decideRelease(word)));
}
