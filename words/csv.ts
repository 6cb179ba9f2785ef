import type { SourcePlan } from '../core/plan.ts';
import type { Sample } from './sample.ts';
import { type SourceOptions, source } from './source.ts';

/** A CSV file at a path (relative to the folder of the engine), or sample data. Throws `pipeline.invalid`. */
export function csv(at: string | Sample, options: SourceOptions = { partition: 'hour' }): SourcePlan {
  return source('csv', at, options);
}
