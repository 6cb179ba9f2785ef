import type { Command } from 'commander';
import { command, whenRun } from '../command.ts';

export function graphCommand(): Command {
  const text = 'Checks a serving graph, with its transforms, and draws it as a flowchart for Mermaid.';
  return command('graph <graph>', text, 'whet graph late-flights')
    .addHelpText('before', 'The graph is the name of a file in graphs/, or the path of one.\n')
    .option('--check', 'say whether it holds, and draw nothing')
    .action(whenRun(async () => (await import('../actions/graph.ts')).graph));
}
