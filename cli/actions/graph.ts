import { drawServingGraph } from '../../core/drawServingGraph.ts';
import { findGraphFile, openGraph } from '../../workers/loadGraphs.ts';
import type { JsonOption } from '../command.ts';
import { print, printJson } from '../output.ts';

interface GraphOptions extends JsonOption {
  readonly check?: boolean;
}

/** Draws a serving graph that holds. Throws `graph.unknown`, and `graph.invalid` with file, line and column. */
export async function graph(named: string, { check, json }: GraphOptions): Promise<void> {
  const folder = process.cwd();
  const file = await findGraphFile(folder, named);
  const { graph: held, digest, close } = await openGraph(folder, file);
  await close();
  const drawing = drawServingGraph(held);
  if (json) return printJson(check ? { file, digest } : { file, digest, graph: held, mermaid: drawing });
  const nodes = Object.keys(held.nodes).length;
  print(check ? `${file} holds: ${nodes} node${nodes === 1 ? '' : 's'}, digest ${digest.slice(0, 12)}` : drawing);
}
