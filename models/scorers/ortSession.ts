import { setImmediate } from 'node:timers/promises';
import type { Tensor } from 'onnxruntime-node';
import { WhetError } from '../../core/errors.ts';
import { loadOrtModel, type OrtModel } from './ortModel.ts';
import type { ScorerInput } from './scorer.ts';

type Feeds = Readonly<Record<string, Tensor>>;

/** A model loaded into onnxruntime, run by feeds of tensors; its one output is float32, one value per row. */
export interface OrtSession {
  readonly inputs: readonly ScorerInput[];
  /** Throws `scorer.released`. */
  runNow(feeds: Feeds): Float32Array;
  /** In the next turn of the event loop: whoever scores much, piece by piece, lets others go on in between. Throws `scorer.released`. */
  run(feeds: Feeds): Promise<Float32Array>;
  /** Waits for the runs that were asked for. */
  release(): Promise<void>;
}

/** Loads the bytes of an ONNX model. Throws `package.unloadable`. */
export function openOrtSession(bytes: Uint8Array): OrtSession {
  const model = loadOrtModel(bytes);
  const turnstile = openTurnstile(model.release);
  return {
    inputs: model.inputs,
    runNow(feeds) {
      turnstile.requireOpen();
      return scoresOf(model, feeds);
    },
    run(feeds) {
      turnstile.enter();
      return setImmediate()
        .then(() => scoresOf(model, feeds))
        .finally(turnstile.leave);
    },
    release: turnstile.close,
  };
}

/** The first output is the score, whatever its name. */
function scoresOf(model: OrtModel, feeds: Feeds): Float32Array {
  const scores = model.run(feeds)[model.outputNames[0] ?? '']?.data;
  if (scores instanceof Float32Array) return scores;
  throw new WhetError('package.unloadable', { expected: 'scores as float32', came: model.outputNames.join(', ') });
}

interface Turnstile {
  /** Throws `scorer.released` once it is closed. */
  requireOpen(): void;
  /** Throws `scorer.released` once it is closed. */
  enter(): void;
  leave(): void;
  close(): Promise<void>;
}

/** Counts who is inside; closing lets nobody in any more, waits for the last to leave, then disposes, once. */
function openTurnstile(dispose: () => void): Turnstile {
  let inside = 0;
  let closed: Promise<void> | undefined;
  const emptied = Promise.withResolvers<void>();
  const requireOpen = (): void => {
    if (closed === undefined) return;
    throw new WhetError('scorer.released', { expected: 'an open scorer', came: 'a call after its release' });
  };
  return {
    requireOpen,
    enter() {
      requireOpen();
      inside += 1;
    },
    leave() {
      inside -= 1;
      if (closed !== undefined && inside === 0) emptied.resolve();
    },
    close() {
      if (inside === 0) emptied.resolve();
      closed ??= emptied.promise.then(dispose);
      return closed;
    },
  };
}
