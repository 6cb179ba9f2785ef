import type { Command } from 'commander';
import { command, whenRun } from '../command.ts';

export function doctorCommand(): Command {
  const text = 'Looks whether all is well; with --deep it reads everything that is stored and names what is broken.';
  return command('doctor', text, 'whet doctor --deep')
    .option('--deep', 'check every byte against its digest, and every row against its snapshot')
    .action(whenRun(async () => (await import('../actions/doctor.ts')).doctor));
}
