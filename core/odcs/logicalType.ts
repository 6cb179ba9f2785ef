import type { ColumnType } from '../contractPlan.ts';
import { field, type Node, type Where } from './odcsData.ts';

/** The column type of a property, or why there is none. Where the logical type is left out the physical one is read. */
export function columnTypeOf(
  property: Node,
  where: Where,
): { readonly type: ColumnType; readonly assumed?: string } | { readonly unsupported: string } {
  const logical = field(property, 'logicalType', 'text', where);
  const physical = field(property, 'physicalType', 'text', where);
  if (logical !== undefined) {
    const type = Object.hasOwn(logicalTypes, logical) ? logicalTypes[logical] : undefined;
    return type === undefined ? { unsupported: `logicalType ${logical}: rows are flat` } : { type };
  }
  const read = physicalTypes.find(([pattern]) => physical !== undefined && pattern.test(physical.trim()))?.[1];
  if (read === undefined) return { unsupported: `a property without a logicalType${physical ? ` (${physical})` : ''}` };
  return { type: read, assumed: `type ${read}, as its physicalType is ${physical}` };
}

/** The standard's word for a column type. */
export function logicalTypeOf(type: ColumnType): string {
  return { int: 'integer', number: 'number', string: 'string', boolean: 'boolean', date: 'timestamp' }[type];
}

const logicalTypes: Readonly<Record<string, ColumnType>> = {
  string: 'string',
  integer: 'int',
  number: 'number',
  boolean: 'boolean',
  date: 'date',
  timestamp: 'date',
};

const physicalTypes: readonly (readonly [RegExp, ColumnType])[] = [
  [/^(?:tiny|small|medium|big|u)?int(?:eger|\d+)?\b|^(?:big|small)?serial\b|^long\b/i, 'int'],
  [/^(?:decimal|numeric|number|double|float|real)/i, 'number'],
  [/^bool/i, 'boolean'],
  [/^(?:timestamp|date(?:time)?\b)/i, 'date'],
  [/^(?:n?var)?n?char|^(?:n?text|string|uuid|bpchar)\b/i, 'string'],
];
