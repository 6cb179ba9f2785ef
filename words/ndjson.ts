import type { SourcePlan } from '../core/contractPlan.ts';
import type { Sample } from './sample.ts';
import { type SourceOptions, source } from './source.ts';

/**
 * NDJSON files (one JSON object per line): one, all of a folder or all that a pattern fits (`data/*.ndjson`), by a path
 * relative to the folder of the engine or an address `s3://bucket/prefix/`; or sample data. Types are strict: `2.7` is no int, `"7"` no number, `true` no
 * string; a date is ISO text or whole milliseconds. Throws `pipeline.invalid`.
 */
export function ndjson(at: string | Sample, options: SourceOptions = { partition: 'hour' }): SourcePlan {
  return source('ndjson', at, options);
}
