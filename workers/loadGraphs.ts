import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { WhetError } from '../core/errors.ts';
import { didYouMean } from '../core/nearestName.ts';
import { openRoute } from '../core/openRoute.ts';
import type { ServingGraph } from '../core/servingGraph.ts';
import type { HeldGraph, OpenedGraph, RowTransform } from '../serving/openedGraph.ts';
import { digestOf } from '../storage/digest.ts';

/** The serving graphs of a folder, `graphs/*.yaml`, by id. One that cannot be used is there with its reason, which `report` hears. */
export async function loadGraphs(folder: string, report: (line: string) => void): Promise<Map<string, HeldGraph>> {
  const held = (await graphFiles(folder)).map(async (name): Promise<[string, HeldGraph]> => {
    const id = idOf(name);
    try {
      return [id, await openGraph(folder, join('graphs', name))];
    } catch (error) {
      if (!(error instanceof WhetError)) throw error;
      report(`graph ${id} is refused. ${error.message}`);
      return [id, { refusal: error.message }];
    }
  });
  return new Map(await Promise.all(held));
}

export async function closeGraphs(graphs: ReadonlyMap<string, HeldGraph>): Promise<void> {
  await Promise.all([...graphs.values()].map((held) => ('graph' in held ? held.close() : undefined)));
}

/** The file of a graph, from its id or as a path. Throws `graph.unknown`. */
export async function findGraphFile(folder: string, named: string): Promise<string> {
  if (/\.ya?ml$/.test(named)) return named;
  const files = await graphFiles(folder);
  const found = files.find((name) => idOf(name) === named);
  if (found !== undefined) return join('graphs', found);
  const ids = files.map(idOf);
  const expected = ids.length === 0 ? 'a file graphs/<id>.yaml (there is none)' : `one of ${ids.join(', ')}`;
  throw new WhetError('graph.unknown', { expected, came: `'${named}'${didYouMean(named, ids)}` });
}

/** One graph with its transforms, which are files beside it. Throws `graph.invalid` with file, line and column. */
export async function openGraph(folder: string, file: string): Promise<OpenedGraph> {
  // Loaded where there are graphs alone: serving starts without it.
  const { readGraphFile } = await import('./graphFile.ts');
  const path = resolve(folder, file);
  const text = await textOf(path, file);
  const { graph, where } = readGraphFile(idOf(file), text, file);
  const transforms = await openTransforms(graph, async (name, beside) => {
    const { openRowTransform } = await import('./rowTransform.ts');
    const there = join(dirname(path), beside);
    return openRowTransform(there, relative(folder, there), where(['nodes', name, 'transform']));
  });
  const routes = Object.entries(graph.nodes).flatMap(([name, node]) =>
    node.kind === 'route' ? [[name, openRoute(`${graph.id}/${name}`, node)] as const] : [],
  );
  const digests = [...transforms.values()].map(({ digest }) => digest);
  return {
    graph,
    digest: digestOf([digestOf(text), ...digests].join(' ')),
    transforms,
    routes: new Map(routes),
    close: async () => {
      await Promise.all([...transforms.values()].map((transform) => transform.close()));
    },
  };
}

/** One after the other: where one fails, those before it are closed. */
async function openTransforms(
  { nodes }: ServingGraph,
  open: (name: string, file: string) => Promise<RowTransform>,
): Promise<Map<string, RowTransform>> {
  const transforms = new Map<string, RowTransform>();
  try {
    for (const [name, node] of Object.entries(nodes)) {
      if (node.kind === 'transform') transforms.set(name, await open(name, node.file));
    }
  } catch (error) {
    for (const transform of transforms.values()) await transform.close();
    throw error;
  }
  return transforms;
}

async function graphFiles(folder: string): Promise<string[]> {
  try {
    return (await readdir(join(folder, 'graphs'))).filter((name) => /\.ya?ml$/.test(name)).sort();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

async function textOf(path: string, file: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw new WhetError(
      'graph.unknown',
      { expected: 'a file that can be read', came: `${file}: ${error.code}` },
      error,
    );
  }
}

function idOf(file: string): string {
  return (file.split(/[/\\]/).at(-1) ?? file).replace(/\.ya?ml$/, '');
}
