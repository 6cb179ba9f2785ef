import { Command } from 'commander';
import { command, whenRun } from '../command.ts';

/** `whet graph late-flights` draws: its word may be left out. */
export function graphCommand(): Command {
  return new Command('graph')
    .description('Draws serving graphs, and checks them before they are served.')
    .addCommand(drawCommand(), { isDefault: true })
    .addCommand(checkCommand());
}

function drawCommand(): Command {
  const text = 'Draws a serving graph, by the name of its file in graphs/ or by a path, as a flowchart for Mermaid.';
  return command('draw <graph>', text, 'whet graph late-flights').action(
    whenRun(async () => (await import('../actions/graphDraw.ts')).graphDraw),
  );
}

function checkCommand(): Command {
  const text = 'Says whether a serving graph holds, with the files of its transforms.';
  return command('check <graph>', text, 'whet graph check graphs/late-flights.yaml').action(
    whenRun(async () => (await import('../actions/graphCheck.ts')).graphCheck),
  );
}
