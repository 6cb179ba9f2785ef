import type { RawColumn } from '../../core/modelPackage.ts';
import { type CompiledModel, compileModel } from './compiled/compileModel.ts';
import type { Scorer, ScorerColumns } from './scorer.ts';

/** Rows up to which scoring one after the other is quicker than one call of onnxruntime. */
export const mostCompiledRows = 16;

/**
 * The model compiled to JavaScript, in front of the reference, which scores what is many rows at once and all that does
 * not fit: so errors are the reference's own. `columns` are the package's. Throws `scorer.not-compiled`. Releasing it releases the reference.
 */
export function compiledScorer(model: Uint8Array, reference: Scorer, columns?: readonly RawColumn[]): Scorer {
  const compiled = compileModel(model, columns);
  return {
    kind: 'compiled',
    inputs: compiled.inputs,
    async score(columns) {
      return (columns.rows <= mostCompiledRows && scoresOf(compiled, columns)) || reference.score(columns);
    },
    ...(reference.scoreNow === undefined ? {} : { scoreNow: reference.scoreNow }),
    scoreRow: compiled.scoreRow,
    scoreValues: compiled.scoreValues,
    release: reference.release,
  };
}

/** Undefined where a column or a value is not what the model takes. */
function scoresOf(model: CompiledModel, { rows, columns }: ScorerColumns): Float32Array | undefined {
  if (rows === 0 || countOf(columns) !== model.inputs.length) return undefined;
  const scores = new Float32Array(rows);
  for (let row = 0; row < rows; row += 1) {
    const found = model.score(columns, rows, row);
    if (Number.isNaN(found)) return undefined;
    scores[row] = found;
  }
  return scores;
}

/** Without the list of names that Object.keys would make for each row. */
function countOf(columns: ScorerColumns['columns']): number {
  let count = 0;
  for (const _ in columns) count += 1;
  return count;
}
