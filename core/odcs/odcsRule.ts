import type { AcrossRulePlan } from '../acrossRulePlan.ts';
import type { BatchRulePlan } from '../batchRulePlan.ts';
import type { ColumnCheck, Severity } from '../contractPlan.ts';
import type { RowRulePlan } from '../rowRulePlan.ts';

/** Anything that a place of a document says must hold; `required` is that null may not come. Their kinds are disjoint. */
export type OdcsRule = { readonly kind: 'required' } | ColumnCheck | RowRulePlan | AcrossRulePlan | BatchRulePlan;

/** What a quality item means here. */
export interface Meaning {
  readonly rules: readonly OdcsRule[];
  /** As the item says it. */
  readonly severity?: Severity;
}

export type Family = 'required' | 'check' | 'row' | 'across' | 'batch';

function familyOf({ kind }: OdcsRule): Family {
  return families[kind];
}

export function isCheck(rule: OdcsRule): rule is ColumnCheck {
  return familyOf(rule) === 'check';
}

export function isRowRule(rule: OdcsRule): rule is RowRulePlan {
  return familyOf(rule) === 'row';
}

export function isAcrossRule(rule: OdcsRule): rule is AcrossRulePlan {
  return familyOf(rule) === 'across';
}

export function isBatchRule(rule: OdcsRule): rule is BatchRulePlan {
  return familyOf(rule) === 'batch';
}

const families: Readonly<Record<OdcsRule['kind'], Family>> = {
  required: 'required',
  min: 'check',
  max: 'check',
  moreThan: 'check',
  lessThan: 'check',
  multipleOf: 'check',
  minLength: 'check',
  maxLength: 'check',
  pattern: 'check',
  format: 'check',
  oneOf: 'check',
  compare: 'row',
  requiredWhen: 'row',
  within: 'row',
  notInFuture: 'row',
  unique: 'across',
  noDuplicates: 'across',
  inOrder: 'across',
  gapAtMost: 'across',
  references: 'across',
  rows: 'batch',
  rowsPerHour: 'batch',
  rowsPerDay: 'batch',
  rowsOnNewestDay: 'batch',
  newestRow: 'batch',
  rowGap: 'batch',
  measure: 'batch',
  varies: 'batch',
  share: 'batch',
  newValues: 'batch',
  drift: 'batch',
};
