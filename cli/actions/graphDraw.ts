import { drawServingGraph } from '../../core/drawServingGraph.ts';
import { findGraphFile, openGraph } from '../../workers/loadGraphs.ts';
import type { JsonOption } from '../command.ts';
import { print, printJson } from '../output.ts';

/** Draws a serving graph that holds. Throws `graph.unknown`, and `graph.invalid` with file, line and column. */
export async function graphDraw(named: string, { json }: JsonOption): Promise<void> {
  const file = await findGraphFile(process.cwd(), named);
  const { graph, digest, close } = await openGraph(process.cwd(), file);
  await close();
  const drawing = drawServingGraph(graph);
  if (json) printJson({ file, digest, graph, mermaid: drawing });
  else print(drawing);
}
