import { openOrtSession } from './ortSession.ts';
import type { Scorer } from './scorer.ts';
import { toFeeds } from './toFeeds.ts';

/** The reference scorer: `model.onnx` in onnxruntime, on one thread. Throws `package.unloadable`. */
export async function openOrtScorer(model: Uint8Array): Promise<Scorer> {
  const session = await openOrtSession(model);
  return {
    kind: 'onnxruntime',
    inputs: session.inputs,
    // async: what does not fit is a rejected promise, never a throw.
    score: async (columns) => {
      const feeds = toFeeds(session.inputs, columns);
      return columns.rows === 0 ? new Float32Array(0) : session.run(feeds);
    },
    release: session.release,
  };
}
