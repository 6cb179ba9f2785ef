import type { NewestRowPlan } from '../batchRulePlan.ts';
import { type DataMap, field, type Node, nodes, type Where } from './odcsData.ts';
import { type Reading, type SaidRule, tellUnread } from './readProperty.ts';

/** The service levels that say something of this contract's newest row; others are told. */
export function readServiceLevels(root: Node, schema: Node, eventTime: string, reading: Reading): SaidRule[] {
  return nodes(root, 'slaProperties', reading.where).flatMap((item): SaidRule[] => {
    const rule = latencyOf(item, schema, eventTime, reading.where);
    if (typeof rule !== 'string') {
      tellUnread(item, ['id', 'property', 'value', 'unit', 'element', 'description'], reading);
      return [{ rule, path: item.path }];
    }
    reading.tell({ kind: 'unsupported', path: item.path, what: rule });
    return [];
  });
}

/** The rule of a latency by the contract's event time, or why there is none. */
export function latencyOf(item: Node, schema: Node, eventTime: string, where: Where): NewestRowPlan | string {
  const property = field(item, 'property', 'text', where) ?? '';
  if (!['latency', 'ly'].includes(property.toLowerCase())) return `property ${property}`;
  const element = field(item, 'element', 'text', where);
  const elements = (element ?? eventTime).split(',').map((one) => one.trim());
  const mine = [eventTime, `${String(schema.data.name)}.${eventTime}`];
  if (!elements.some((one) => mine.includes(one))) return `latency of ${element}, which is not the event time`;
  const { value } = item.data;
  const amount = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  const unit = field(item, 'unit', 'text', where) ?? '';
  const unitMs = Object.hasOwn(units, unit) ? units[unit] : undefined;
  if (typeof amount !== 'number' || !Number.isFinite(amount) || amount < 0) return `latency of ${String(value)}`;
  return unitMs === undefined
    ? `latency in ${unit || 'no unit'}`
    : { kind: 'newestRow', withinMs: Math.round(amount * unitMs) };
}

/** A latency that reads as the rule where it is one of whole seconds. */
export function latencyItem({ withinMs }: NewestRowPlan, schemaName: string, eventTime: string): DataMap {
  const [unit, ms] = largest.find(([, size]) => withinMs % size === 0 && withinMs > 0) ?? (['s', 1000] as const);
  return { property: 'latency', value: withinMs / ms, unit, element: `${schemaName}.${eventTime}` };
}

const largest: readonly (readonly [string, number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
];

/** A year has no fixed length. */
const units: Readonly<Record<string, number>> = Object.fromEntries(
  [
    ['w wk week weeks', 604_800_000],
    ['d day days', 86_400_000],
    ['h hr hour hours', 3_600_000],
    ['m min minute minutes', 60_000],
    ['s sec second seconds', 1000],
  ].flatMap(([names, ms]) =>
    String(names)
      .split(' ')
      .map((name) => [name, Number(ms)]),
  ),
);
