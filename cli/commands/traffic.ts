import type { Command } from 'commander';
import { command, whenRun } from '../command.ts';

export function trafficCommand(): Command {
  const text = 'Shows how requests are shared among versions and what each did, or shares them otherwise.';
  const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];
  return command(
    'traffic <pipeline>',
    text,
    'whet traffic flight-delays --variant b=3:0.5 --sticky-by customer --why "test"',
  )
    .option('--variant <name=version:weight[:shadow]>', 'lets a version answer a share, or score one', collect, [])
    .option('--rule <name=value:variant>', 'lets it answer requests with such metadata', collect, [])
    .option('--sticky-by <name>', 'metadata by which a caller stays with one (default: as the pipeline says)')
    .option('--fallback <names>', 'who answers for one that is late, such as quick,champion')
    .option('--deadline-ms <ms>', 'milliseconds from a request to its answer')
    .option('--file <file>', 'the whole of it as JSON')
    .option('--none', 'the champion answers all again')
    .option('--who <name>', 'who decides (default: the user of this machine)')
    .option('--why <reason>', 'why; it stands in the ledger')
    .action(whenRun(async () => (await import('../actions/traffic.ts')).traffic));
}
