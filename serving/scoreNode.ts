import type { NodeScore } from '../core/combineScores.ts';
import { WhetError } from '../core/errors.ts';
import type { JsonRow } from '../core/openRoute.ts';
import type { ModelNode } from '../core/servingGraph.ts';
import { type Answered, type AskedRows, answerRequest } from './answerRequest.ts';
import { atMost } from './atMost.ts';
import { atNode, type Given, type GraphRun } from './graphRun.ts';
import { parseRows } from './parseRows.ts';
import type { RowShape } from './rowShape.ts';

/**
 * Scores rows by a pipeline as a request for it would, and the log has them under `<request id>.<node>`. Throws as
 * `answerRequest`, and `graph.late`, with the node's name.
 */
export async function scoreNode(
  run: GraphRun,
  name: string,
  node: ModelNode,
  numbers: readonly number[],
): Promise<Given<NodeScore>> {
  try {
    const rows = await run.rows(node.of, numbers);
    const ms = Math.max(1, Math.min(node.deadlineMs ?? Number.POSITIVE_INFINITY, run.time.leftMs()));
    const given = await atMost(ms, answered(run, name, node, { rows, numbers, ms }));
    if (given !== undefined) return given;
    throw new WhetError('graph.late', {
      expected: `scores of '${node.pipeline}'`,
      came: `none in ${ms.toFixed(1)} ms`,
    });
  } catch (error) {
    throw atNode(error, name);
  }
}

interface NodeRows {
  readonly rows: readonly JsonRow[];
  readonly numbers: readonly number[];
  readonly ms: number;
}

function answered(
  { state, requestId, id, metadataOf }: GraphRun,
  name: string,
  { pipeline, version }: ModelNode,
  { rows, numbers, ms }: NodeRows,
): Promise<Given<NodeScore>> {
  const request = {
    model: pipeline,
    label: version,
    requestId: `${requestId}.${name}`,
    read: (shape: RowShape) => ({
      id,
      numbers,
      rows: parseRows(
        shape,
        rows.map((row) => picked(shape, row)),
        numbers,
      ),
    }),
    metadata: (key: string) => (key === 'deadline-ms' ? String(ms) : metadataOf(key)),
  };
  return answerRequest(state, request, givenBy);
}

/** A model takes its own columns of a row, which others may have more of. */
function picked({ columns }: RowShape, row: JsonRow): JsonRow {
  const taken: Record<string, unknown> = {};
  for (const { column } of columns) if (Object.hasOwn(row, column.name)) taken[column.name] = row[column.name];
  return taken;
}

function givenBy({ pipeline, answering, requestId, scores, reason }: Answered<AskedRows>): Given<NodeScore> {
  const { loaded, variant, epoch } = answering;
  const { threshold, answer: words } = loaded.package;
  const { version, digest } = loaded.routed;
  return {
    values: Array.from(scores, (score) => ({ score, threshold, words })),
    facts: { model: pipeline, version, variant, reason, epoch, digest, requestId },
  };
}
