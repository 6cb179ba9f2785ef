import type { FastifyInstance, FastifyRequest } from 'fastify';
import { WhetError } from '../core/errors.ts';
import {
  allStatistics,
  checkReady,
  extensions,
  modelConfig,
  modelMetadata,
  modelStatistics,
  repositoryIndex,
} from './describeModel.ts';
import type { ModelRoute } from './inferRoutes.ts';
import { parseJson } from './parseBody.ts';
import { isObject } from './parseRows.ts';
import type { ServedPipeline } from './servedPipeline.ts';
import type { ServingState } from './servingState.ts';
import type { Answering } from './slots.ts';
import { loadedVersion, servedOf } from './takeVersion.ts';

/** What the Open Inference Protocol v2 tells of the server and its models. */
export function addModelRoutes(server: FastifyInstance, state: ServingState): void {
  server.get('/v2', () => ({ name: 'whetstone', version: state.engineVersion, extensions }));
  server.get('/v2/health/live', { config: { role: 'none' } }, () => ({ live: true }));
  server.get('/v2/health/ready', { config: { role: 'none' } }, () => ready(state));
  server.get('/v2/models/stats', () => ({ model_stats: allStatistics(state) }));
  server.post('/v2/repository/index', { config: { role: 'any' } }, ({ body }) =>
    repositoryIndex(state, wantsReadyOnly(body)),
  );
  for (const path of ['/v2/models/:model', '/v2/models/:model/versions/:version']) {
    const statistics = (request: FastifyRequest<ModelRoute>) => ({
      model_stats: [modelStatistics(state, ...looked(state, request))],
    });
    server.get<ModelRoute>(path, (request) => modelMetadata(...looked(state, request)));
    server.get<ModelRoute>(`${path}/ready`, (request) => modelReady(...looked(state, request)));
    server.get<ModelRoute>(`${path}/config`, (request) => modelConfig(...looked(state, request)));
    server.get<ModelRoute>(`${path}/stats`, statistics);
    server.get<ModelRoute>(`${path}/statistics`, statistics);
  }
  refuseExtensions(server);
}

function looked(state: ServingState, { params }: FastifyRequest<ModelRoute>): [ServedPipeline, Answering] {
  const served = servedOf(state.served, params.model);
  return [served, loadedVersion(served, params.version)];
}

/** The store's and the log's state are told, never waited for. */
function ready(state: ServingState): unknown {
  checkReady(state);
  const { store, log } = state;
  return {
    ready: true,
    live: true,
    store: { answers: store.answers, kept: [...store.kept] },
    log: { waiting: log.waiting, dropped: log.dropped },
  };
}

function modelReady({ pipeline }: ServedPipeline, { loaded }: Answering): unknown {
  return { name: pipeline, version: String(loaded.routed.version), ready: true };
}

const indexAdvice = 'Send {} or {"ready":true}';

/** The body may be left out. */
function wantsReadyOnly(body: unknown): boolean {
  if (!Buffer.isBuffer(body) || body.length === 0) return false;
  const value = parseJson(body, indexAdvice);
  if (isObject(value)) return value.ready === true;
  throw new WhetError('request.invalid', { expected: 'an object', came: typeof value, todo: indexAdvice });
}

/** Routes of Triton's that its clients call, and that the routing or nothing at all stands for here. */
const unsupported = [
  '/v2/repository/*',
  '/v2/models/:model/trace/*',
  '/v2/trace/*',
  '/v2/logging',
  '/v2/systemsharedmemory/*',
  '/v2/cudasharedmemory/*',
];

function refuseExtensions(server: FastifyInstance): void {
  for (const url of unsupported) {
    server.route({
      method: ['GET', 'POST'],
      url,
      config: { role: 'any' },
      handler: ({ method, url: came }) => {
        const expected = `the extensions ${extensions.join(', ')}`;
        throw new WhetError('request.unsupported', { expected, came: `${method} ${came.slice(0, 200)}` });
      },
    });
  }
}
