import type { FastifyInstance } from 'fastify';
import { graphShape } from './graphShape.ts';
import { openApi } from './openApi.ts';
import type { HeldGraph } from './openedGraph.ts';
import type { ServingState } from './servingState.ts';
import type { HeldSlot } from './slots.ts';

/** `GET /`: what is served, with a line to try. */
export function addOverviewRoutes(server: FastifyInstance, state: ServingState): void {
  server.get('/', () => overview(state));
  server.get('/openapi.json', () => openApi(state));
}

function overview(state: ServingState): unknown {
  const from = (pipeline: string) => (state.store.kept.has(pipeline) ? ', kept on this machine' : '');
  const serves = [...state.served.values()].map(({ pipeline, slots, routing, refused }) => ({
    pipeline,
    ...(slots.champion === undefined ? { champion: null } : champion(state, pipeline, slots.champion)),
    challenger: slots.challenger?.loaded.routed.version ?? null,
    routing: routing === undefined ? 'none yet' : `epoch ${routing.epoch}${from(pipeline)}`,
    refused,
  }));
  const graphs = [...state.graphs].map(([graph, held]) => ({ graph, ...toldOf(state, graph, held) }));
  const asked = graphs.length === 0 ? {} : { graphs };
  const grpc = state.grpc() ?? 'not asked for';
  return { name: 'whetstone', version: state.engineVersion, grpc, rowsPerRequest: state.maxRows, serves, ...asked };
}

function toldOf(state: ServingState, name: string, held: HeldGraph): object {
  if (!('graph' in held)) return { refused: held.refusal };
  const { example } = graphShape(held.graph, state.served);
  return { digest: held.digest, nodes: Object.keys(held.graph.nodes), try: lineToTry(state, name, example) };
}

function champion(state: ServingState, pipeline: string, { loaded, epoch, slot }: HeldSlot): object {
  return {
    champion: loaded.routed.version,
    digest: loaded.routed.digest,
    asOf: loaded.package.asOf,
    epoch,
    slot,
    try: lineToTry(state, pipeline, loaded.shape.example),
  };
}

function lineToTry(state: ServingState, name: string, example: object): string {
  const row = JSON.stringify(example).replaceAll("'", "'\\''");
  return `curl -s ${state.url()}/predict/${name} -d '${row}'`;
}
