import type { OpenedInput, ScorePartition, Scoring } from '../../core/scoring.ts';
import { digestOfValue } from '../../storage/digest.ts';

/** Part of every partition's name: raise it when the same rows give other bytes. */
export const scoreVersion = 1;

/**
 * The output partitions of some inputs, in the order of their files: up to so many rows of one file, so that many
 * workers share a large one and memory is bounded. Two files of the same bytes have partitions of their own.
 */
export function scorePartitions(scoring: Scoring, inputs: readonly OpenedInput[]): ScorePartition[] {
  const seen = new Map<string, number>();
  return inputs
    .toSorted((a, b) => a.place - b.place)
    .flatMap((input) => {
      const copy = seen.get(input.digest) ?? 0;
      seen.set(input.digest, copy + 1);
      return piecesOf(input, scoring.rows).map((piece, at) => ({
        name: nameOf(scoring, input, { ...piece, copy }, at),
        input,
        ...piece,
      }));
    });
}

type Piece = Pick<ScorePartition, 'part' | 'from' | 'to'>;

function piecesOf({ rows }: OpenedInput, most: number): Piece[] {
  return rows.flatMap((count, part) =>
    Array.from({ length: Math.ceil(count / most) }, (_, at) => ({
      part,
      from: at * most,
      to: Math.min(count, (at + 1) * most),
    })),
  );
}

function nameOf(scoring: Scoring, input: OpenedInput, piece: Piece & { readonly copy: number }, at: number): string {
  const { package: model, digest: scorer, version, key, inputs, nulls } = scoring;
  const { digest, kept, kind } = input;
  const made = { scoreVersion, model, scorer, version, key, inputs, nulls, digest, kept, kind, ...piece };
  return [digest.slice(0, 12), String(at).padStart(5, '0'), digestOfValue(made).slice(0, 20)].join('-');
}
