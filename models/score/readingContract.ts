import type { ColumnPlan, ContractPlan, SourceKind } from '../../core/contractPlan.ts';
import type { Scoring } from '../../core/scoring.ts';

/**
 * The contract by which a file is read to be scored: the model's columns in their own types, then those to keep, which
 * in a file of text are texts, so that nothing of them is lost. It has no rules: a served row is asked for no more.
 */
export function readingContract(scoring: Scoring, kind: SourceKind, kept: readonly string[]): ContractPlan {
  const taken = new Set(scoring.inputs.map(({ name }) => name));
  const others = kind === 'parquet' ? [] : kept.filter((name) => !taken.has(name)).map(textColumn);
  const columns = [...scoring.inputs.map((column) => ({ ...column, checks: [] })), ...others];
  return {
    id: 'score',
    version: '1.0.0',
    source: { kind, at: { path: '' }, partition: 'hour', nulls: scoring.nulls },
    key: 'row number in source partition',
    columns,
    // Staging a CSV file asks for one; nothing here reads what it makes of it.
    eventTime: columns[0]?.name ?? '',
    rules: [],
    across: [],
    batch: [],
    severity: {},
    quarantine: { atMost: 1 },
  };
}

function textColumn(name: string): ColumnPlan {
  return { name, type: 'string', nullable: true, checks: [] };
}
