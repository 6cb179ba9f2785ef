import type { z } from 'zod';
import type { ContractPlan, Severity, SourcePlan } from '../core/contractPlan.ts';
import type { AnyAcrossRule } from './acrossRule.ts';
import { acrossRuleOf } from './acrossRuleOf.ts';
import type { AnyBatchRule } from './batchRule.ts';
import { checkAcross } from './checkAcross.ts';
import { checkContract } from './checkContract.ts';
import type { AnyRowRule } from './column.ts';
import { columnsOf } from './columnsOf.ts';
import type { FullColumnsOfType } from './columnTypes.ts';
import { contractShape } from './contractShape.ts';
import type { Row } from './feature.ts';
import type { FittingAcross } from './fittingAcross.ts';
import type { FittingBatch } from './fittingBatch.ts';
import type { FittingRule } from './fittingRule.ts';
import { frozen } from './frozen.ts';
import { requireShape } from './requireShape.ts';
import { rowRuleOf } from './rowRuleOf.ts';

/** What rows a pipeline takes, as a plan, and their type for the compiler. */
export interface Contract<Id extends string, R extends Row> {
  readonly id: Id;
  readonly plan: ContractPlan;
  /** For the compiler alone; nothing is ever there. */
  readonly __row?: R;
}

/** A zod object, known by its output alone: comparing whole zod types would take the compiler minutes between copies. */
export interface RowSchema {
  readonly _zod: { readonly output: Row; readonly def: { readonly type: 'object' } };
}

export interface ContractDefinition<
  S extends RowSchema,
  Time extends string,
  Rules extends readonly AnyRowRule[],
  Across extends readonly AnyAcrossRule[] = readonly [],
  Batch extends readonly AnyBatchRule[] = readonly [],
> {
  /** Semantic version of these rules; `1.0.0` when left out. It is told beside every bad row. */
  readonly version?: string;
  readonly source: SourcePlan;
  /** What tells two rows of a partition apart: columns, each row with values of its own, or (when left out) their place. */
  readonly key?: 'row number in source partition' | readonly (keyof RowOf<S> & string)[];
  /** The columns and their checks: what zod can say and SQL can check. */
  readonly row: S;
  /** The date that places a row in its hour. */
  readonly eventTime: Time;
  /** Rules for one row by itself, across its columns. A row that breaks one goes to quarantine, with all its reasons. */
  readonly rules?: Rules & { readonly [K in keyof Rules]: FittingRule<Rules[K], RowOf<S>> };
  /** Rules for rows among each other. A row that breaks one goes to quarantine, too. */
  readonly across?: Across & { readonly [K in keyof Across]: FittingAcross<Across[K], RowOf<S>> };
  /** Rules over the rows of a run's window. A broken one ends the run. */
  readonly batch?: Batch & { readonly [K in keyof Batch]: FittingBatch<Batch[K], RowOf<S>> };
  /**
   * What a broken rule does, by its id, where it is not the rule's own: a row that breaks one of `warn` stays clean and is
   * counted, one that breaks one of `reject` ends the run. `{ 'delay.max': 'warn', 'origin.pattern': 'reject' }`.
   */
  readonly severity?: Readonly<Record<string, Severity>>;
  /** Largest share of the window's rows that may be in quarantine: 0 to 1, 0.01 when left out. */
  readonly quarantine?: { readonly atMost: number };
}

/**
 * A contract: where rows come from, which columns they have and what must hold for them. Throws `pipeline.invalid`,
 * `contract.uncompilable`, `column.unknown` and `column.wrong-type`, naming the place.
 */
export function contract<
  const Id extends string,
  S extends RowSchema,
  const Time extends FullColumnsOfType<RowOf<S>, Date>,
  const Rules extends readonly AnyRowRule[] = readonly [],
  const Across extends readonly AnyAcrossRule[] = readonly [],
  const Batch extends readonly AnyBatchRule[] = readonly [],
>(id: Id, definition: ContractDefinition<S, Time, Rules, Across, Batch>): Contract<Id, RowOf<S>> {
  requireShape(contractShape, definition, `contract ${String(id)}`);
  const { row, source, eventTime, key = 'row number in source partition' } = definition;
  const plan: ContractPlan = {
    id,
    version: definition.version ?? '1.0.0',
    source,
    key,
    columns: columnsOf(row as unknown as z.ZodObject, id),
    eventTime,
    rules: (definition.rules ?? []).map(rowRuleOf),
    across: (definition.across ?? []).map(acrossRuleOf),
    batch: definition.batch ?? [],
    severity: definition.severity ?? {},
    quarantine: definition.quarantine ?? { atMost: 0.01 },
  };
  checkContract(plan);
  checkAcross(plan, definition.across ?? [], `contract ${id}, across`);
  return { id, plan: frozen(structuredClone(plan)) };
}

type RowOf<S extends RowSchema> = S['_zod']['output'];
