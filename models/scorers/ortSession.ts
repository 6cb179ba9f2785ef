import { InferenceSession, type Tensor } from 'onnxruntime-node';
import { WhetError } from '../../core/errors.ts';
import type { TensorType } from '../../core/graph.ts';
import type { ScorerInput } from './scorer.ts';

/** A model loaded into onnxruntime, run by feeds of tensors; its one output is float32, one value per row. */
export interface OrtSession {
  readonly inputs: readonly ScorerInput[];
  /** Whether no run is under way. */
  isIdle(): boolean;
  /** Throws `scorer.released` at once. */
  run(feeds: Readonly<Record<string, Tensor>>): Promise<Float32Array>;
  /** Waits for the runs under way: freed before, they would fail. */
  release(): Promise<void>;
}

/** Loads the bytes of an ONNX model. Throws `package.unloadable`. */
export async function openOrtSession(model: Uint8Array): Promise<OrtSession> {
  const session = await loadOrtSession(model);
  const turnstile = openTurnstile(() => session.release());
  return {
    inputs: ortInputs(session),
    isIdle: turnstile.isEmpty,
    // Without async functions around it, each of which makes a row wait for some promises more.
    run(feeds) {
      turnstile.enter();
      return session.run(feeds).then(
        (results) => {
          turnstile.leave();
          return scoresOf(session, results);
        },
        (error: unknown) => {
          turnstile.leave();
          throw error;
        },
      );
    },
    release: turnstile.close,
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

/** Throws `package.unloadable`. */
export async function loadOrtSession(model: Uint8Array): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(model, options);
  } catch (error) {
    const came = `${model.byteLength} bytes: ${error instanceof Error ? error.message : String(error)}`;
    throw new WhetError('package.unloadable', { expected: 'an ONNX model', came }, error);
  }
}

/** Names and types of what it takes. Throws `package.unloadable` for what no column can be. */
export function ortInputs(session: InferenceSession): ScorerInput[] {
  return session.inputMetadata.map(inputOf);
}

function inputOf(input: InferenceSession.ValueMetadata): ScorerInput {
  const type = input.isTensor ? tensorTypes[input.type] : undefined;
  if (type !== undefined) return { name: input.name, type };
  const came = `${input.isTensor ? input.type : 'no tensor'} for the input '${input.name}'`;
  throw new WhetError('package.unloadable', { expected: `one of ${Object.values(tensorTypes).join(', ')}`, came });
}

const tensorTypes: Partial<Record<Tensor.Type, TensorType>> = {
  float32: 'float',
  float64: 'double',
  int64: 'int64',
  string: 'string',
  bool: 'bool',
};

/** The first output is the score, whatever its name. */
function scoresOf(session: InferenceSession, results: InferenceSession.OnnxValueMapType): Float32Array {
  const scores = results[session.outputNames[0] ?? '']?.data;
  if (scores instanceof Float32Array) return scores;
  throw new WhetError('package.unloadable', { expected: 'scores as float32', came: session.outputNames.join(', ') });
}

interface Turnstile {
  /** Throws `scorer.released` once it is closed. */
  enter(): void;
  leave(): void;
  isEmpty(): boolean;
  close(): Promise<void>;
}

/** Counts who is inside; closing lets nobody in any more, waits for the last to leave, then disposes, once. */
function openTurnstile(dispose: () => Promise<void>): Turnstile {
  let inside = 0;
  let closed: Promise<void> | undefined;
  const emptied = Promise.withResolvers<void>();
  return {
    enter() {
      if (closed !== undefined) {
        throw new WhetError('scorer.released', { expected: 'an open scorer', came: 'a call after its release' });
      }
      inside += 1;
    },
    leave() {
      inside -= 1;
      if (closed !== undefined && inside === 0) emptied.resolve();
    },
    isEmpty: () => inside === 0,
    close() {
      if (inside === 0) emptied.resolve();
      closed ??= emptied.promise.then(dispose);
      return closed;
    },
  };
}
