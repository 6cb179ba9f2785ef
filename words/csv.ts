import type { SourcePlan } from '../core/contractPlan.ts';
import type { Sample } from './sample.ts';
import { type SourceOptions, source } from './source.ts';

/**
 * CSV files: one, all of a folder or all that a pattern fits (`data/*.csv`), by a path relative to the folder of the
 * engine; or sample data. Throws `pipeline.invalid`.
 */
export function csv(at: string | Sample, options: SourceOptions = { partition: 'hour' }): SourcePlan {
  return source('csv', at, options);
}
