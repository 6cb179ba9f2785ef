import { findGraphFile, openGraph } from '../../workers/loadGraphs.ts';
import type { JsonOption } from '../command.ts';
import { print, printJson } from '../output.ts';

/** Says that a serving graph holds. Throws `graph.unknown`, and `graph.invalid` with file, line and column. */
export async function graphCheck(named: string, { json }: JsonOption): Promise<void> {
  const file = await findGraphFile(process.cwd(), named);
  const { graph, digest, close } = await openGraph(process.cwd(), file);
  await close();
  const nodes = Object.keys(graph.nodes).length;
  if (json) printJson({ file, digest, nodes });
  else print(`${file} holds: ${nodes} node${nodes === 1 ? '' : 's'}, digest ${digest.slice(0, 12)}`);
}
