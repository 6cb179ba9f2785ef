import type { FastifyRequest } from 'fastify';
import type { MetadataOf } from '../core/chooseVariant.ts';
import { isPositive, type NodeScore } from '../core/combineScores.ts';
import { WhetError } from '../core/errors.ts';
import { answerGraph, type GraphScores } from './answerGraph.ts';
import { graphShape } from './graphShape.ts';
import type { HeldGraph, OpenedGraph } from './openedGraph.ts';
import { parseGraphRows } from './parseGraphRows.ts';
import type { ServingState } from './servingState.ts';

/** The answer to one row of `POST /predict/<graph>`. */
export interface GraphAnswer extends GraphAnswerParts, RowAnswer {}

/** The answer to several rows. */
export interface GraphAnswers extends GraphAnswerParts {
  readonly predictions: readonly RowAnswer[];
}

/** Rows may be scored by different models, each with its threshold and its words. */
export interface RowAnswer {
  readonly answer: string;
  readonly score: number;
  readonly threshold: number;
}

/** What all rows of a request share. */
export interface GraphAnswerParts {
  readonly graph: string;
  /** SHA-256 of its file and of its transforms. */
  readonly digest: string;
  readonly requestId: string;
  /** The caller's own, echoed. */
  readonly id?: string;
  readonly nodes: GraphScores['nodes'];
}

/** Answers a request by a graph. Throws as `answerGraph`, `model.not-ready` where its file cannot be used, and what is wrong with the body. */
export async function predictGraph(
  state: ServingState,
  name: string,
  held: HeldGraph,
  { body, headers }: Pick<FastifyRequest, 'body' | 'headers'>,
  metadataOf: MetadataOf,
): Promise<GraphAnswer | GraphAnswers> {
  const arrivedMs = performance.now();
  const opened = openOf(name, held);
  const shape = graphShape(opened.graph, state.served);
  const asked = parseGraphRows(shape, body, headers['x-request-id'], state.maxRows);
  const { requestId, scores, nodes } = await answerGraph(state, opened, asked, metadataOf, arrivedMs);
  const id = asked.id === undefined ? {} : { id: asked.id };
  const parts = { graph: name, digest: opened.digest, requestId, ...id, nodes };
  const answers = scores.map(rowAnswer);
  const [only] = answers;
  return asked.single && only !== undefined ? { ...only, ...parts } : { ...parts, predictions: answers };
}

function openOf(name: string, held: HeldGraph): OpenedGraph {
  if ('graph' in held) return held;
  const todo = 'Mend the file, and start the serving process again.';
  const expected = `a graph '${name}' that can be used`;
  throw new WhetError('model.not-ready', { expected, came: `a refusal (${held.refusal})`, todo });
}

function rowAnswer(scored: NodeScore): RowAnswer {
  const { score, threshold, words } = scored;
  return { answer: isPositive(scored) ? words.positive : words.negative, score, threshold };
}
