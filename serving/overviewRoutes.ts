import type { FastifyInstance } from 'fastify';
import type { Gauge } from './metrics.ts';
import type { ServingState } from './servingState.ts';
import type { HeldSlot } from './slots.ts';

/** `GET /`: what is served, with a line to try. `GET /metrics`: for Prometheus. */
export function addOverviewRoutes(server: FastifyInstance, state: ServingState): void {
  server.get('/', () => overview(state));
  server.get('/metrics', (_, reply) => {
    reply.header('content-type', 'text/plain; version=0.0.4; charset=utf-8');
    return reply.send(state.metrics.text(gauges(state)));
  });
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

function gauges({ served, log }: ServingState): Gauge[] {
  const epochs = [...served.values()].map(({ pipeline, slots }) => ({ labels: { pipeline }, value: slots.epoch }));
  const one = (value: number): Gauge['samples'] => [{ labels: {}, value }];
  return [
    { name: 'whet_routing_epoch', help: 'Epoch applied; -1 before the first.', type: 'gauge', samples: epochs },
    {
      name: 'whet_prediction_log_waiting_rows',
      help: 'Rows not written yet.',
      type: 'gauge',
      samples: one(log.waiting),
    },
    {
      name: 'whet_prediction_log_dropped_rows_total',
      help: 'Rows lost because the store was gone for too long.',
      type: 'counter',
      samples: one(log.dropped),
    },
  ];
}
