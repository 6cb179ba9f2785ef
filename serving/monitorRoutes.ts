import type { FastifyInstance } from 'fastify';
import { watchStanding } from '../registry/watchStanding.ts';
import type { ObjectStore } from '../storage/objectStore.ts';

interface MonitorRoute {
  Params: { pipeline: string };
}

/**
 * `GET /monitor/<pipeline>`: what the newest look found, which alerts are open and what was decided on retraining. For
 * keys of the role `metrics`, as it tells what they tell.
 */
export function addMonitorRoutes(server: FastifyInstance, store: ObjectStore, clock: () => number): void {
  server.get<MonitorRoute>('/monitor/:pipeline', { config: { role: 'metrics' } }, ({ params }) =>
    watchStanding(store, params.pipeline, clock()),
  );
}
