import { WhetError } from '../core/errors.ts';
import { datatypeOf } from './rowShape.ts';
import type { ServedPipeline } from './servedPipeline.ts';
import type { ServingState } from './servingState.ts';
import type { Answering } from './slots.ts';

/** What this server has beside the protocol's core, by the names that its clients look for. */
export const extensions = ['binary_tensor_data', 'model_configuration', 'model_repository(index)', 'statistics'];

/** The kind of model, in the protocol's own list of names. */
const platform = 'onnx_onnxv1';

const outputs = [
  { name: 'score', datatype: 'FP32' },
  { name: 'answer', datatype: 'BYTES' },
] as const;

/** Ready: something answers, and whatever the routing wants to answer does. Throws `model.not-ready`. */
export function checkReady(state: ServingState): void {
  const pipelines = [...state.served.values()];
  const late = pipelines.filter(({ routing, slots }) => routing?.champion != null && slots.champion === undefined);
  const answering = pipelines.filter(({ slots }) => slots.champion !== undefined);
  if (state.started() && answering.length > 0 && late.length === 0) return;
  const names = late.map(({ pipeline, refused }) => `${pipeline} ${Object.values(refused).join(' ')}`.trim());
  throw new WhetError('model.not-ready', {
    expected: 'each promoted version to be loaded',
    came: names.length > 0 ? `none of ${names.join(', ')}` : 'no version that answers',
  });
}

/** Rows are the first dimension of each tensor, and there may be any number of them. */
export function modelMetadata({ pipeline, slots }: ServedPipeline, { loaded }: Answering) {
  const shape = [-1];
  return {
    name: pipeline,
    versions: loadedVersions(slots).map(String),
    platform,
    inputs: loaded.shape.columns.map(({ column }) => ({ name: column.name, datatype: datatypeOf(column), shape })),
    outputs: outputs.map((output) => ({ ...output, shape })),
  };
}

/** Triton's model configuration, as far as its clients read it. Rows are a dimension of their own, so there is no batch. */
export function modelConfig({ pipeline }: ServedPipeline, { loaded }: Answering) {
  const dims = [-1];
  return {
    name: pipeline,
    platform,
    backend: 'onnxruntime',
    max_batch_size: 0,
    input: loaded.shape.columns.map(({ column }) => ({
      name: column.name,
      data_type: dataType(datatypeOf(column)),
      dims,
    })),
    output: outputs.map(({ name, datatype }) => ({ name, data_type: dataType(datatype), dims })),
  };
}

function dataType(datatype: string): string {
  return datatype === 'BYTES' ? 'TYPE_STRING' : `TYPE_${datatype}`;
}

/**
 * Triton's statistics of one version: rows, calls of the scorer, and their time in nanoseconds. Nothing waits in a queue,
 * and reading a request is not timed apart, so those are none.
 */
export function modelStatistics({ metrics }: ServingState, { pipeline }: ServedPipeline, { loaded }: Answering) {
  const counts = metrics.version(pipeline, loaded.routed.version);
  const none = { count: counts.calls, ns: 0 };
  const success = { count: counts.calls, ns: Math.round(counts.seconds * 1e9) };
  return {
    name: pipeline,
    version: String(loaded.routed.version),
    last_inference: counts.lastAt,
    inference_count: counts.rows,
    execution_count: counts.calls,
    inference_stats: {
      success,
      fail: { count: counts.failures, ns: Math.round(counts.failureSeconds * 1e9) },
      queue: none,
      compute_input: none,
      compute_infer: success,
      compute_output: none,
    },
  };
}

/** The statistics of every version that is loaded. */
export function allStatistics(state: ServingState) {
  return [...state.served.values()].flatMap((served) => {
    const loaded = [served.slots.champion, served.slots.challenger].filter((each) => each !== undefined);
    return loaded.map((answering) => modelStatistics(state, served, answering));
  });
}

/** Every version that is loaded, and what the routing names and is not: with the reason where there is one. */
export function repositoryIndex({ served }: ServingState, readyOnly: boolean) {
  return [...served.values()].flatMap(({ pipeline, slots, routing, refused }) => {
    const ready = loadedVersions(slots);
    const named = [routing?.champion, routing?.prepare].flatMap((each) => each?.version ?? []);
    const absent = readyOnly ? [] : [...new Set(named)].filter((version) => !ready.includes(version));
    return [
      ...ready.map((version) => ({ name: pipeline, version: String(version), state: 'READY', reason: '' })),
      ...absent.map((version) => ({
        name: pipeline,
        version: String(version),
        state: refused[version] === undefined ? 'LOADING' : 'UNAVAILABLE',
        reason: refused[version] ?? '',
      })),
    ];
  });
}

function loadedVersions({ champion, challenger }: ServedPipeline['slots']): number[] {
  return [champion, challenger].flatMap((each) => each?.loaded.routed.version ?? []).sort((a, b) => a - b);
}
