import { didYouMean } from '../../core/nearestName.ts';
import type { ServingGraph } from '../../core/servingGraph.ts';
import { watchedPipelines } from '../../registry/watchStanding.ts';
import { loadCatalogue } from '../../workers/catalogue.ts';
import { findGraphFile, openGraph } from '../../workers/loadGraphs.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import type { JsonOption } from '../command.ts';
import { print, printJson, report } from '../output.ts';

/**
 * Says that a serving graph holds, and warns of pipelines that are neither defined here nor live: those are looked for when
 * rows come. Throws `graph.unknown`, and `graph.invalid` with file, line and column.
 */
export async function graphCheck(named: string, { json }: JsonOption): Promise<void> {
  const file = await findGraphFile(process.cwd(), named);
  const { graph, digest, close } = await openGraph(process.cwd(), file);
  await close();
  const nodes = Object.keys(graph.nodes).length;
  const warnings = await unknownPipelines(graph);
  if (json) return printJson({ file, digest, nodes, warnings });
  print(`${file} holds: ${nodes} node${nodes === 1 ? '' : 's'}, digest ${digest.slice(0, 12)}`);
  for (const warning of warnings) report(`warning: ${warning}`);
}

/** The store is asked where the files of pipelines/ do not define them all. */
async function unknownPipelines({ nodes }: ServingGraph): Promise<string[]> {
  const asked = Object.entries(nodes).flatMap(([name, node]) => (node.kind === 'model' ? [[name, node.pipeline]] : []));
  const { folder, store } = openWorkplace();
  const defined = [...(await loadCatalogue(folder)).keys()];
  if (asked.every(([, pipeline = '']) => defined.includes(pipeline))) return [];
  const known = [...new Set([...defined, ...(await watchedPipelines(store))])];
  return asked
    .filter(([, pipeline = '']) => !known.includes(pipeline))
    .map(([name, pipeline = '']) => {
      const near = didYouMean(pipeline, known);
      return `the node '${name}' asks the pipeline '${pipeline}'${near}, which no file in pipelines/ defines and no version answers for`;
    });
}
