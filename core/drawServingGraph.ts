import { askedBy, type GraphNode, graphInput, type RouteWay, type ServingGraph } from './servingGraph.ts';

/** A serving graph as Mermaid's flowchart: arrows go the way of the rows and scores. */
export function drawServingGraph({ id, nodes, output }: ServingGraph): string {
  const names = Object.keys(nodes);
  const boxes = Object.entries(nodes).map(([name, node]) => `  ${boxOf(name, node)}`);
  const arrows = Object.entries(nodes).flatMap(([name, node]) => arrowsTo(name, node));
  const isAsked = names.some((name) => askedBy(nodes[name] as GraphNode).includes(graphInput));
  return [
    `%% POST /predict/${id}`,
    'flowchart LR',
    ...(isAsked ? [`  ${keyOf(graphInput)}(["input"])`] : []),
    ...boxes,
    '  answer(["answer"])',
    ...arrows.map((arrow) => `  ${arrow}`),
    `  ${keyOf(output)} --> answer`,
  ].join('\n');
}

/** Words such as `end` mean something in Mermaid: no node is called by its name alone. */
function keyOf(name: string): string {
  return `n_${name}`;
}

function boxOf(name: string, node: GraphNode): string {
  const text = label(`${name}\n${saidOf(node)}`);
  if (node.kind === 'route') return `${keyOf(name)}{${text}}`;
  if (node.kind === 'combine') return `${keyOf(name)}((${text}))`;
  return node.kind === 'transform' ? `${keyOf(name)}[/${text}/]` : `${keyOf(name)}[${text}]`;
}

function saidOf(node: GraphNode): string {
  if (node.kind === 'transform') return node.file;
  if (node.kind === 'route') return 'route';
  if (node.kind === 'model') return node.version === undefined ? node.pipeline : `${node.pipeline} ${node.version}`;
  const names = Object.keys(node.of).length;
  const need = node.how !== 'first confident' && node.need < names ? `, ${node.need} of ${names} enough` : '';
  return `${node.how}${node.how === 'first confident' ? `, margin ${node.margin}` : ''}${need}`;
}

function arrowsTo(name: string, node: GraphNode): string[] {
  const to = keyOf(name);
  if (node.kind === 'transform' || node.kind === 'model') return [`${keyOf(node.of)} --> ${to}`];
  if (node.kind === 'combine') {
    return Object.entries(node.of).map(([of, share]) => arrow(of, to, node.how === 'weighted' ? percent(share) : ''));
  }
  const reads = askedBy(node).includes(node.of) ? [`${keyOf(node.of)} -.-> ${to}`] : [];
  const ways = node.ways.flatMap((way) =>
    Object.entries(way.to).map(([of, share]) => arrow(of, to, wayText(way, share))),
  );
  return [...reads, ...ways];
}

function arrow(of: string, to: string, text: string): string {
  return `${keyOf(of)} -->${text === '' ? '' : `|${label(text)}|`} ${to}`;
}

function wayText({ when, where, to, stickyBy }: RouteWay, share: number): string {
  const metadata = Object.entries(when).map(([name, value]) => `${name} is ${value}`);
  const columns = Object.entries(where).map(([name, cells]) => `${name}: ${cells.join(', ')}`);
  const fits = [...metadata, ...columns].join(' and ') || 'else';
  const shared = Object.keys(to).length > 1 ? ` ${percent(share)}` : '';
  return `${fits}${shared}${stickyBy === undefined ? '' : ` by ${stickyBy}`}`;
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}

/** Text in quotes, in which Mermaid reads entities and nothing else. */
function label(text: string): string {
  const safe = text.replace(/[#&"<>]/g, (mark) => `#${mark.charCodeAt(0)};`);
  return `"${safe.replaceAll('\n', '<br/>')}"`;
}
