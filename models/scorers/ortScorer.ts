import { openOrtSession } from './ortSession.ts';
import { rowFeeds } from './rowFeeds.ts';
import type { Scorer, ScorerColumns } from './scorer.ts';
import { toFeeds } from './toFeeds.ts';

/** Rows that are scored at once, in some 0.1 ms; more in the next turn of the event loop. */
const mostRowsNow = 256;

/** The reference scorer: `model.onnx` in onnxruntime, on one thread. Throws `package.unloadable`. */
export async function openOrtScorer(model: Uint8Array): Promise<Scorer> {
  const session = openOrtSession(model);
  const row = rowFeeds(session.inputs);
  const scoreNow = (columns: ScorerColumns): Float32Array => {
    if (row.fill(columns)) return session.runNow(row.feeds);
    const feeds = toFeeds(session.inputs, columns);
    return columns.rows === 0 ? new Float32Array(0) : session.runNow(feeds);
  };
  return {
    kind: 'onnxruntime',
    inputs: session.inputs,
    score(columns) {
      try {
        return columns.rows > mostRowsNow
          ? session.run(toFeeds(session.inputs, columns))
          : Promise.resolve(scoreNow(columns));
      } catch (error) {
        return Promise.reject(error);
      }
    },
    scoreNow,
    release: session.release,
  };
}
