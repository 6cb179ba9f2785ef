import type { SourceKind } from '../../core/contractPlan.ts';
import { withoutCompression } from './compression.ts';

/** What a file's name says that it is; undefined where it says nothing. */
export function kindOfFile(path: string): SourceKind | undefined {
  const plain = withoutCompression(path).toLowerCase();
  if (plain.endsWith('.parquet')) return plain.length === path.length ? 'parquet' : undefined;
  if (plain.endsWith('.csv')) return 'csv';
  return plain.endsWith('.ndjson') || plain.endsWith('.jsonl') ? 'ndjson' : undefined;
}
