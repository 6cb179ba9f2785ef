import { WhetError } from '../core/errors.ts';
import { didYouMean } from '../core/nearestName.ts';
import { loadCatalogue } from '../workers/catalogue.ts';
import type { Workplace } from '../workers/workplace.ts';

/**
 * For a command that found nothing of a pipeline. Throws `pipeline.unknown` unless a pipeline file defines it: an empty list
 * hides that the name is mistyped.
 */
export async function requirePipeline({ folder }: Workplace, pipeline: string): Promise<void> {
  const known = [...(await loadCatalogue(folder)).keys()];
  if (known.includes(pipeline)) return;
  const named = known.map((id) => `'${id}'`).join(', ') || 'none yet';
  const expected = `a pipeline of the store, or of pipelines/ (${named})`;
  throw new WhetError('pipeline.unknown', { expected, came: `'${pipeline}'${didYouMean(pipeline, known)}` });
}
