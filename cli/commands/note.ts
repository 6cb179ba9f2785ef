import type { Command } from 'commander';
import { command, whenRun } from '../command.ts';

export function noteCommand(): Command {
  const text = 'Writes a note on a version (3, champion) or a run (2001-03-15T12/1), which is kept for ever.';
  return command('note <pipeline> <name> <text>', text, 'whet note flight-delays 3 "as shown to the board"')
    .option('--who <name>', 'who writes (default: the user of this machine)')
    .action(whenRun(async () => (await import('../actions/note.ts')).note));
}

export function tagCommand(): Command {
  const text = 'Puts tags on a version (3, champion) or a run (2001-03-15T12/1).';
  return command('tag <pipeline> <name> <tags...>', text, 'whet tag flight-delays 3 audited')
    .option('--remove', 'take them off')
    .option('--who <name>', 'who tags (default: the user of this machine)')
    .action(whenRun(async () => (await import('../actions/note.ts')).tag));
}
