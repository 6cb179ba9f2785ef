import type { SourcePlan } from '../core/contractPlan.ts';
import type { Sample } from './sample.ts';
import { type SourceOptions, source } from './source.ts';

/**
 * Parquet files: one, all of a folder or all that a pattern fits (`data/*.parquet`), by a path relative to the folder of the
 * engine or an address `s3://bucket/prefix/`; or sample data. Throws `pipeline.invalid`.
 */
export function parquet(at: string | Sample, options: SourceOptions = { partition: 'hour' }): SourcePlan {
  return source('parquet', at, options);
}
