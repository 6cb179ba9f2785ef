import { WhetError } from '../../core/errors.ts';
import type { ModelPackage } from '../../core/modelPackage.ts';
import { compiledScorer } from './compiledScorer.ts';
import { checkGolden, checkGoldenRows, checkGoldenValues, oneByOne } from './goldenRows.ts';
import type { Scorer } from './scorer.ts';

/**
 * The compiled program in front of the reference, where there is one and it scores every golden row as the reference
 * did; else the reference alone, with the reason. `compile` is `compiledScorer` unless a test gives another.
 */
export async function compiledOrReference(
  model: Uint8Array,
  reference: Scorer,
  { golden, threshold, inputs }: Pick<ModelPackage, 'golden' | 'threshold' | 'inputs'>,
  compile: typeof compiledScorer = compiledScorer,
): Promise<{ readonly scorer: Scorer; readonly notCompiled?: string }> {
  try {
    const scorer = compile(model, reference, inputs);
    // Many rows at once would go to the reference.
    await checkGolden(oneByOne(scorer), golden, threshold);
    if (scorer.scoreRow !== undefined) checkGoldenRows(scorer.scoreRow, { golden, threshold, inputs });
    if (scorer.scoreValues !== undefined) checkGoldenValues(scorer.scoreValues, { golden, threshold, inputs });
    return { scorer };
  } catch (error) {
    if (!(error instanceof WhetError) || !reasons.has(error.code)) throw error;
    return { scorer: reference, notCompiled: error.message };
  }
}

const reasons: ReadonlySet<string> = new Set(['scorer.not-compiled', 'package.parity-failed']);
