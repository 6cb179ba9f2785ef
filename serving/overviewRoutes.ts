import type { FastifyInstance } from 'fastify';
import { openApi } from './openApi.ts';
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
  const grpc = state.grpc() ?? 'not asked for';
  return { name: 'whetstone', version: state.engineVersion, grpc, rowsPerRequest: state.maxRows, serves };
}

function champion(state: ServingState, pipeline: string, { loaded, epoch, slot }: HeldSlot): object {
  const row = JSON.stringify(loaded.shape.example).replaceAll("'", "'\\''");
  return {
    champion: loaded.routed.version,
    digest: loaded.routed.digest,
    asOf: loaded.package.asOf,
    epoch,
    slot,
    try: `curl -s ${state.url()}/predict/${pipeline} -d '${row}'`,
  };
}
