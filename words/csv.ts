import type { SourcePlan } from '../core/contractPlan.ts';
import { invalid } from './invalid.ts';
import type { Sample } from './sample.ts';
import { type SourceOptions, source } from './source.ts';

export interface CsvOptions extends SourceOptions {
  /** Texts that stand for null beside the empty field: `['NA', 'n/a']`. None when left out. */
  readonly nulls?: readonly string[];
}

/**
 * CSV files: one, all of a folder or all that a pattern fits (`data/*.csv`), by a path relative to the folder of the
 * engine or an address `s3://bucket/prefix/`; or sample data. Throws `pipeline.invalid`.
 */
export function csv(at: string | Sample, { nulls = [], ...options }: CsvOptions = { partition: 'hour' }): SourcePlan {
  const plan = source('csv', at, options);
  const isTexts = Array.isArray(nulls) && nulls.every((text) => typeof text === 'string' && text !== '');
  if (!isTexts) throw invalid('csv(…).nulls', "a list of texts, such as ['NA']", nulls);
  return nulls.length === 0 ? plan : { ...plan, nulls: [...nulls] };
}
