import { openOrtSession } from './ortSession.ts';
import { rowFeeds } from './rowFeeds.ts';
import type { Scorer, ScorerColumns } from './scorer.ts';
import { toFeeds } from './toFeeds.ts';

/** The reference scorer: `model.onnx` in onnxruntime, on one thread. Throws `package.unloadable`. */
export async function openOrtScorer(model: Uint8Array): Promise<Scorer> {
  const session = await openOrtSession(model);
  const row = rowFeeds(session.inputs);
  const scored = (columns: ScorerColumns): Promise<Float32Array> => {
    // A run reads its tensors some time after it was asked for: nobody may write into them until it has ended.
    if (session.isIdle() && row.fill(columns)) return session.run(row.feeds);
    const feeds = toFeeds(session.inputs, columns);
    return columns.rows === 0 ? Promise.resolve(new Float32Array(0)) : session.run(feeds);
  };
  return {
    kind: 'onnxruntime',
    inputs: session.inputs,
    score(columns) {
      try {
        return scored(columns);
      } catch (error) {
        return Promise.reject(error);
      }
    },
    release: session.release,
  };
}
