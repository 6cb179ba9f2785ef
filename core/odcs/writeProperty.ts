import { canonicalJson } from '../canonicalJson.ts';
import type { ColumnPlan, ContractPlan } from '../contractPlan.ts';
import { columnTypeOf, logicalTypeOf } from './logicalType.ts';
import { type DataMap, isMap, type Node, nodes } from './odcsData.ts';
import { isCheck, type Meaning } from './odcsRule.ts';
import { withOwnProperty } from './ownProperty.ts';
import { ruleIds } from './ownSeverities.ts';
import { columnHead, type Reading, readProperty } from './readProperty.ts';
import { readQuality } from './readQuality.ts';
import { isOwnOption, optionsOf } from './typeOptions.ts';
import type { UnsaidRules } from './unsaidRules.ts';
import { ownQuality, type RuleNames, standardQuality } from './writeQuality.ts';

/**
 * A property that says a column and, of its other quality items, those that the plan has. What stands there stays
 * untouched where it means the same.
 */
export function writeProperty(
  property: Node,
  column: ColumnPlan,
  plan: ContractPlan,
  unsaid: UnsaidRules,
  reading: Reading,
): DataMap {
  const names = plan.columns.map(({ name }) => name);
  const isSaid = saysColumn(property, column, plan, names, reading);
  const head = columnTypeOf(property, reading.where);
  const of = { column: { name: column.name, type: 'type' in head ? head.type : column.type }, names };
  const kept = nodes(property, 'quality', reading.where).flatMap((item) => {
    const { meaning } = readQuality(item, of, reading.where);
    if (meaning === undefined) return [item.data];
    return (isSaid || !isOfColumn(meaning)) && unsaid.take(meaning) ? [item.data] : [];
  });
  const { quality: _, ...others } = property.data;
  if (isSaid) return { ...others, ...(kept.length === 0 ? {} : { quality: kept }) };
  return rewritten(property, column, plan, kept, reading);
}

function isOfColumn({ rules }: Meaning): boolean {
  return rules.some((rule) => isCheck(rule) || rule.kind === 'required');
}

/** Whether a property reads as the column, and no severity beside its checks is another one. */
function saysColumn(
  property: Node,
  column: ColumnPlan,
  plan: ContractPlan,
  names: readonly string[],
  reading: Reading,
): boolean {
  const head = columnHead(property, reading);
  if (head === undefined) return false;
  const read = readProperty(head, names, reading);
  const nullable = column.name === plan.eventTime ? column.nullable : read.column.nullable;
  if (canonicalJson({ ...read.column, nullable }) !== canonicalJson(column)) return false;
  const ids = ruleIds(plan);
  return read.severities.every(({ of, severity }) => {
    const check = of === 'required' ? undefined : column.checks[read.column.checks.indexOf(of)];
    const id = check === undefined ? `${column.name}.required` : ids.get(check);
    return plan.severity[id ?? ''] === severity;
  });
}

function rewritten(
  { data }: Node,
  column: ColumnPlan,
  plan: ContractPlan,
  kept: readonly DataMap[],
  { formats }: Reading,
): DataMap {
  const { quality: _, required: __, logicalTypeOptions, logicalType, ...others } = data;
  const type = logicalTypeOf(column.type);
  const isSameType = logicalType === type || (logicalType === 'date' && type === 'timestamp');
  const before = isSameType && isMap(logicalTypeOptions) ? Object.entries(logicalTypeOptions) : [];
  const { options, left } = optionsOf(column, formats);
  const next = { ...Object.fromEntries(before.filter(([key]) => !isOwnOption(key, column.type))), ...options };
  const ids = ruleIds(plan);
  const of = { column, names: [column.name] };
  const added = left.map((check) => {
    const names = namesOf(plan, ids.get(check) ?? '');
    return standardQuality(check, of, names) ?? ownQuality(check, names);
  });
  const quality = [...kept, ...added];
  const said = {
    ...others,
    logicalType: isSameType && typeof logicalType === 'string' ? logicalType : type,
    ...(Object.keys(next).length === 0 ? {} : { logicalTypeOptions: next }),
    ...(column.nullable ? {} : { required: true }),
    ...(quality.length === 0 ? {} : { quality }),
  };
  return withOwnProperty(said, column.coerce === true ? { coerce: true } : {});
}

/** A rule's id and what the contract says of it. */
export function namesOf({ severity }: ContractPlan, id: string): RuleNames {
  const said = severity[id];
  return said === undefined ? { id } : { id, severity: said };
}
