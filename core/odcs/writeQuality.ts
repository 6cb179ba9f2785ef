import { acrossRuleText } from '../acrossRules.ts';
import { batchRuleText } from '../batch/batchRuleText.ts';
import { canonicalJson } from '../canonicalJson.ts';
import type { Severity } from '../contractPlan.ts';
import type { Data, DataMap } from './odcsData.ts';
import { operatorOf } from './odcsRange.ts';
import { isAcrossRule, isBatchRule, type OdcsRule } from './odcsRule.ts';
import { engine } from './ownRule.ts';
import type { QualityOf } from './qualityReading.ts';
import { readQuality } from './readQuality.ts';

/** A rule's id, and what the contract says that a broken one does. */
export interface RuleNames {
  readonly id: string;
  readonly severity?: Severity;
}

/** The quality item of a rule in the standard's words, if they say it and nothing else. */
export function standardQuality(rule: OdcsRule, of: QualityOf, { id, severity }: RuleNames): DataMap | undefined {
  const said = standardWords(rule);
  if (said === undefined) return undefined;
  const item = { name: id, type: 'library', ...said, ...severityOf(severity) };
  const { meaning } = readQuality({ data: item, path: [] }, of, () => '');
  return canonicalJson(meaning) === canonicalJson({ rules: [rule], ...severityOf(severity) }) ? item : undefined;
}

/** The quality item of any rule, as the plan holds it. */
export function ownQuality(rule: OdcsRule, { id, severity }: RuleNames): DataMap {
  const text = isAcrossRule(rule) ? acrossRuleText(rule) : isBatchRule(rule) ? batchRuleText(rule) : undefined;
  return {
    name: id,
    ...(text === undefined ? {} : { description: text }),
    type: 'custom',
    engine,
    implementation: rule as unknown as Data,
    ...severityOf(severity),
  };
}

function severityOf(severity: Severity | undefined): { severity?: Severity } {
  return severity === undefined ? {} : { severity };
}

function standardWords(rule: OdcsRule): DataMap | undefined {
  switch (rule.kind) {
    case 'oneOf':
      return { metric: 'invalidValues', arguments: { validValues: rule.values }, mustBe: 0 };
    case 'pattern':
      return { metric: 'invalidValues', arguments: { pattern: rule.value }, mustBe: 0 };
    case 'unique':
      return { metric: 'duplicateValues', arguments: { properties: rule.columns }, mustBe: 0 };
    case 'rows':
      return { metric: 'rowCount', ...operatorOf(rule) };
    case 'measure':
      return { metric: 'nullValues', unit: 'percent', ...operatorOf({ ...inPercent(rule) }) };
    default:
      return undefined;
  }
}

/** Rounded to what a double can tell: 0.07 is 7 %. */
function inPercent({ atLeast, atMost }: { readonly atLeast?: number; readonly atMost?: number }) {
  const percent = (share: number): number => Number((100 * share).toPrecision(15));
  return {
    ...(atLeast === undefined ? {} : { atLeast: percent(atLeast) }),
    ...(atMost === undefined ? {} : { atMost: percent(atMost) }),
  };
}
