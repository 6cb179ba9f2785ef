import type { FastifyInstance } from 'fastify';
import { alertFamilies } from './alertFamilies.ts';
import { mergedFamilies } from './mergedFamilies.ts';
import { type MetricFamily, metricsText, single } from './metricsText.ts';
import { openProcessMetrics } from './processMetrics.ts';
import type { ServerOptions } from './serverOptions.ts';
import type { ServingState } from './servingState.ts';
import { variantFamilies } from './variantFamilies.ts';

/** `GET /metrics`, for Prometheus. */
export function addMetricsRoute(
  server: FastifyInstance,
  state: ServingState,
  { store, portMetrics }: Pick<ServerOptions, 'store' | 'portMetrics'>,
): void {
  const ownProcess = openProcessMetrics();
  let refused = 0;
  server.server.on('drop', () => {
    refused += 1;
  });
  server.addHook('onClose', async () => ownProcess.close());
  const own = (): MetricFamily[] => [
    ...state.metrics.families(),
    ...servingFamilies(state),
    ...variantFamilies(state.served.values()),
    single('whet_connections_refused_total', 'counter', 'Closed at once: too many.', refused),
    ...ownProcess.families(),
  ];
  portMetrics?.tell(own);
  server.get('/metrics', { config: { role: 'metrics' } }, async (_, reply) => {
    const counted = portMetrics === undefined ? own() : mergedFamilies(await portMetrics.all());
    // What is open is the store's to say, and the same for all.
    const alerts = await alertFamilies(store, [...state.served.keys()]);
    reply.header('content-type', 'text/plain; version=0.0.4; charset=utf-8');
    return reply.send(metricsText([...counted, ...alerts]));
  });
}

function servingFamilies({ served, log, admission, store, engineVersion }: ServingState): MetricFamily[] {
  const { version: node } = process;
  return [
    {
      name: 'whet_build_info',
      help: 'Versions of this process; always 1.',
      type: 'gauge',
      samples: [{ labels: { version: engineVersion, node }, value: 1 }],
    },
    single('whet_requests_in_flight', 'gauge', 'Requests for scores under way.', admission.underWay, 'sum'),
    single('whet_requests_shed_total', 'counter', 'Requests turned away with 503.', admission.shed),
    single('whet_overloaded', 'gauge', '1 while more comes than can be answered.', admission.overloaded ? 1 : 0),
    single('whet_store_answers', 'gauge', '0 while the store is gone.', store.answers ? 1 : 0, 'least'),
    single('whet_prediction_log_waiting_rows', 'gauge', 'Rows not written yet.', log.waiting, 'sum'),
    single('whet_prediction_log_dropped_rows_total', 'counter', 'Rows lost: the store was gone too long.', log.dropped),
    {
      name: 'whet_routing_epoch',
      help: 'Epoch applied; -1 before the first.',
      type: 'gauge',
      together: 'least',
      samples: [...served.values()].map(({ pipeline, slots }) => ({ labels: { pipeline }, value: slots.epoch })),
    },
  ];
}
