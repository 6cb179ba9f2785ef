import type { Severity } from '../contractPlan.ts';
import { libraryMetrics, nullRate } from './libraryMetrics.ts';
import { field, isMap, type Node, type Where } from './odcsData.ts';
import { rangeOf } from './odcsRange.ts';
import { isCheck, type OdcsRule } from './odcsRule.ts';
import { columnsNamed, engine, ownRule } from './ownRule.ts';
import type { QualityOf, QualityReading } from './qualityReading.ts';

/** The keys of an item that are read, or that say nothing but what it is. */
export const qualityKeys: readonly string[] = [
  ...[
    'id',
    'name',
    'description',
    'type',
    'metric',
    'rule',
    'arguments',
    'unit',
    'severity',
    'engine',
    'implementation',
  ],
  ...[
    'mustBe',
    'mustBeGreaterThan',
    'mustBeGreaterOrEqualTo',
    'mustBeLessThan',
    'mustBeLessOrEqualTo',
    'mustBeBetween',
  ],
];

/** What a quality item means in a contract. Throws `odcs.invalid` where a value that is read is of the wrong kind. */
export function readQuality(item: Node, of: QualityOf, where: Where): QualityReading {
  const reading = ruleOf(item, of, where);
  if (reading.meaning === undefined) return reading;
  const said = field(item, 'severity', 'text', where)?.toLowerCase();
  const severity = said === undefined ? undefined : severities[said];
  if (said !== undefined && severity === undefined) return { ...reading, unsupported: `severity ${said}` };
  if (severity === undefined || severity === 'own') return reading;
  return { ...reading, meaning: { rules: warnedRules(reading.meaning.rules, severity, of), severity } };
}

/** `own` is what the rule does by itself. */
const severities: Readonly<Record<string, Severity | 'own'>> = {
  info: 'warn',
  warn: 'warn',
  warning: 'warn',
  error: 'own',
  quarantine: 'quarantine',
  reject: 'reject',
};

/** A row without a value cannot be kept and told of; the share of such rows can. */
function warnedRules(rules: readonly OdcsRule[], severity: Severity, { column }: QualityOf): readonly OdcsRule[] {
  if (severity !== 'warn' || column === undefined) return rules;
  return rules.map((rule) => (rule.kind === 'required' ? nullRate(column.name, { atMost: 0 }) : rule));
}

function ruleOf(item: Node, of: QualityOf, where: Where): QualityReading {
  const type = field(item, 'type', 'text', where) ?? 'library';
  if (type === 'custom') return customRule(item, of, where);
  if (type !== 'library') return { unsupported: `type ${type}` };
  const metric = field(item, 'metric', 'text', where) ?? field(item, 'rule', 'text', where) ?? '';
  const read = Object.hasOwn(libraryMetrics, metric) ? libraryMetrics[metric] : undefined;
  if (read === undefined) return { unsupported: metric === '' ? 'no metric' : `metric ${metric}` };
  const range = rangeOf(item, where);
  if (typeof range === 'string') return { unsupported: `${metric} with ${range}` };
  const isPercent = ['percent', '%'].includes(field(item, 'unit', 'text', where) ?? 'rows');
  return read({ item, of, range, isPercent, where });
}

function customRule(item: Node, { column, names }: QualityOf, where: Where): QualityReading {
  const named = field(item, 'engine', 'text', where) ?? '';
  const { implementation } = item.data;
  if (named !== engine || !isMap(implementation)) return { unsupported: `type custom of engine ${named}` };
  const rule = ownRule(implementation);
  if (rule === undefined) return { unsupported: `a rule that ${engine} does not know` };
  if ((isCheck(rule) || rule.kind === 'required') && column === undefined)
    return { unsupported: `${rule.kind} of no column` };
  const missing = columnsNamed(rule).find((name) => !names.includes(name));
  if (missing !== undefined) return { unsupported: `${rule.kind} of '${missing}', which is no column of the contract` };
  return { meaning: { rules: [rule] } };
}
