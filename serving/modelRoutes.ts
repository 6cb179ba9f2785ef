import type { FastifyInstance, FastifyRequest } from 'fastify';
import { WhetError } from '../core/errors.ts';
import type { ModelRoute } from './inferRoutes.ts';
import { datatypeOf } from './rowShape.ts';
import type { ServedPipeline } from './servedPipeline.ts';
import type { ServingState } from './servingState.ts';
import type { Answering } from './slots.ts';
import { loadedVersion, servedOf } from './takeVersion.ts';

/** What the Open Inference Protocol v2 tells of the server and its models. */
export function addModelRoutes(server: FastifyInstance, state: ServingState): void {
  server.get('/v2', () => ({ name: 'whetstone', version: state.engineVersion, extensions }));
  server.get('/v2/health/live', () => ({ live: true }));
  server.get('/v2/health/ready', () => ready(state));
  for (const path of ['/v2/models/:model', '/v2/models/:model/versions/:version']) {
    server.get<ModelRoute>(path, (request) => metadata(...looked(state, request)));
    server.get<ModelRoute>(`${path}/ready`, (request) => modelReady(...looked(state, request)));
    server.get<ModelRoute>(`${path}/config`, (request) => config(...looked(state, request)));
    server.get<ModelRoute>(`${path}/stats`, (request) => statistics(state, ...looked(state, request)));
    server.get<ModelRoute>(`${path}/statistics`, (request) => statistics(state, ...looked(state, request)));
  }
}

const extensions = ['model_configuration', 'statistics'];

/** The kind of model, in the protocol's own list of names. */
const platform = 'onnx_onnxv1';

function looked(state: ServingState, { params }: FastifyRequest<ModelRoute>): [ServedPipeline, Answering] {
  const served = servedOf(state.served, params.model);
  return [served, loadedVersion(served, params.version)];
}

/** Ready: something answers, and whatever the routing wants to answer does. The log's state is told, never waited for. */
function ready(state: ServingState): unknown {
  const pipelines = [...state.served.values()];
  const late = pipelines.filter(({ routing, slots }) => routing?.champion != null && slots.champion === undefined);
  const answering = pipelines.filter(({ slots }) => slots.champion !== undefined);
  if (!state.started() || answering.length === 0 || late.length > 0) {
    const names = late.map(({ pipeline, refused }) => `${pipeline} ${Object.values(refused).join(' ')}`.trim());
    throw new WhetError('model.not-ready', {
      expected: 'each promoted version to be loaded',
      came: names.length > 0 ? `none of ${names.join(', ')}` : 'no version that answers',
    });
  }
  return { ready: true, live: true, log: { waiting: state.log.waiting, dropped: state.log.dropped } };
}

function metadata({ pipeline, slots }: ServedPipeline, { loaded }: Answering): unknown {
  const versions = [slots.champion, slots.challenger].flatMap((each) => each?.loaded.routed.version ?? []);
  return {
    name: pipeline,
    versions: versions.sort((a, b) => a - b).map(String),
    platform,
    inputs: loaded.shape.columns.map(({ column }) => ({
      name: column.name,
      datatype: datatypeOf(column),
      shape: [-1],
    })),
    outputs: [
      { name: 'score', datatype: 'FP32', shape: [-1] },
      { name: 'answer', datatype: 'BYTES', shape: [-1] },
    ],
  };
}

function modelReady({ pipeline }: ServedPipeline, { loaded }: Answering): unknown {
  return { name: pipeline, version: String(loaded.routed.version), ready: true };
}

/** Triton's model configuration, as far as its clients read it. Rows are the first dimension, so there is no batch one. */
function config({ pipeline }: ServedPipeline, { loaded }: Answering): unknown {
  const dims = [-1];
  const typeOf = (datatype: string): string => (datatype === 'BYTES' ? 'TYPE_STRING' : `TYPE_${datatype}`);
  return {
    name: pipeline,
    platform,
    backend: 'onnxruntime',
    max_batch_size: 0,
    input: loaded.shape.columns.map(({ column }) => ({
      name: column.name,
      data_type: typeOf(datatypeOf(column)),
      dims,
    })),
    output: [
      { name: 'score', data_type: 'TYPE_FP32', dims },
      { name: 'answer', data_type: 'TYPE_STRING', dims },
    ],
  };
}

/** Triton's statistics: rows, calls of the scorer, and their time in nanoseconds. */
function statistics({ metrics }: ServingState, { pipeline }: ServedPipeline, { loaded }: Answering): unknown {
  const counts = metrics.version(pipeline, loaded.routed.version);
  return {
    model_stats: [
      {
        name: pipeline,
        version: String(loaded.routed.version),
        last_inference: counts.lastAt,
        inference_count: counts.rows,
        execution_count: counts.calls,
        inference_stats: {
          success: { count: counts.calls, ns: Math.round(counts.seconds * 1e9) },
          fail: { count: counts.failures, ns: Math.round(counts.failureSeconds * 1e9) },
        },
      },
    ],
  };
}
