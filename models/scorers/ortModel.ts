import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { type Binding, binding, initOrt } from 'onnxruntime-node/dist/binding.js';
import { WhetError } from '../../core/errors.ts';
import type { TensorType } from '../../core/graph.ts';
import type { ScorerInput } from './scorer.ts';

/**
 * A graph in onnxruntime, run at once. onnxruntime-node's own `InferenceSession` puts off each run to another turn of the event loop
 * and wraps it in promises, which for one row takes a fifth of the time of the run; below it lies what this calls.
 */
export interface OrtModel {
  readonly inputs: readonly ScorerInput[];
  readonly outputNames: readonly string[];
  /** By output. Not to be called once it is released. */
  run(feeds: Readonly<Record<string, Tensor>>): Readonly<Record<string, Tensor>>;
  release(): void;
}

/** Loads the bytes of an ONNX model. Throws `package.unloadable`, also for inputs that no column can be. */
export function loadOrtModel(model: Uint8Array): OrtModel {
  const session = loaded(model);
  const inputs = inputsOf(session);
  const outputNames = session.outputMetadata.map(({ name }) => name);
  const fetches = Object.fromEntries(outputNames.map((name) => [name, null]));
  return {
    inputs,
    outputNames,
    run: (feeds) => session.run(feeds, fetches, runOptions) as Readonly<Record<string, Tensor>>,
    release: () => session.dispose(),
  };
}

/** One thread and no spinning: more would burn a core per session and change the order of float sums. */
const options: InferenceSession.SessionOptions = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  logSeverityLevel: 4,
  executionProviders: ['cpu'],
};

const runOptions: InferenceSession.RunOptions = {};

function loaded(model: Uint8Array): Binding.InferenceSession {
  initOrt();
  const session = new binding.InferenceSession();
  try {
    session.loadModel(model.buffer as ArrayBuffer, model.byteOffset, model.byteLength, options);
    return session;
  } catch (error) {
    const came = `${model.byteLength} bytes: ${error instanceof Error ? error.message : String(error)}`;
    throw new WhetError('package.unloadable', { expected: 'an ONNX model', came }, error);
  }
}

function inputsOf(session: Binding.InferenceSession): ScorerInput[] {
  try {
    return session.inputMetadata.map(inputOf);
  } catch (error) {
    session.dispose();
    throw error;
  }
}

function inputOf({ name, isTensor, type }: Binding.ValueMetadata): ScorerInput {
  const known = isTensor ? tensorTypes[type] : undefined;
  if (known !== undefined) return { name, type: known };
  const came = `${isTensor ? `element type ${type} of ONNX` : 'no tensor'} for the input '${name}'`;
  throw new WhetError('package.unloadable', { expected: `one of ${Object.values(tensorTypes).join(', ')}`, came });
}

/** By the numbers of `TensorProto.DataType` in onnx.proto. */
const tensorTypes: Readonly<Record<number, TensorType>> = {
  1: 'float',
  11: 'double',
  7: 'int64',
  8: 'string',
  9: 'bool',
};
