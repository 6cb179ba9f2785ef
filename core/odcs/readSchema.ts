import { acrossRuleId } from '../acrossRules.ts';
import type { ColumnPlan, ContractPlan, SourcePlan } from '../contractPlan.ts';
import { contractIdOf } from './contractIdOf.ts';
import { findEventTime } from './findEventTime.ts';
import { amongHour } from './libraryMetrics.ts';
import { field, invalidOdcs, type Node, nodes } from './odcsData.ts';
import { isAcrossRule, isBatchRule, isRowRule } from './odcsRule.ts';
import { ownSource, serverSource } from './odcsSource.ts';
import { inOwnOrder } from './ownOrder.ts';
import { ownProperty } from './ownProperty.ts';
import { withOwnSeverities } from './ownSeverities.ts';
import {
  type ColumnHead,
  columnHead,
  type PropertyReading,
  qualityRules,
  type Reading,
  readProperty,
  type SaidRule,
} from './readProperty.ts';
import { readRelationships } from './readRelationships.ts';
import { readServiceLevels } from './serviceLevels.ts';

export interface SchemaReading {
  readonly plan: ContractPlan;
  /** Of columns, by their names. */
  readonly descriptions: Readonly<Record<string, string>>;
}

/**
 * The contract of one schema object. What the document says and a contract cannot is told. Throws `odcs.invalid`,
 * `odcs.which-event-time`.
 */
export function readSchema(root: Node, schema: Node, wish: string | undefined, reading: Reading): SchemaReading {
  const { where } = reading;
  const heads = headsOf(schema, reading);
  const eventTime = findEventTime(schema, heads, wish, where);
  const names = [...new Set([...heads.map(({ name }) => name), eventTime])];
  const properties = heads.map((head) => readProperty(head, names, reading));
  const own = ownProperty(schema, where);
  const said = rulesOf(root, schema, { heads, names, properties, eventTime }, reading);
  const plan: ContractPlan = {
    id: contractIdOf(schema, where),
    version: versionOf(root, reading),
    source: sourceOf(root, schema, reading),
    key: keyOf(schema, properties, reading),
    columns: columnsOf(schema, properties, eventTime, reading),
    eventTime,
    rules: said.flatMap(({ rule }) => (isRowRule(rule) ? [rule] : [])),
    across: said.flatMap(({ rule }) => (isAcrossRule(rule) ? [rule] : [])),
    batch: said.flatMap(({ rule }) => (isBatchRule(rule) ? [rule] : [])),
    severity: {},
    quarantine: { atMost: field(own, 'quarantine', 'number', where) ?? 0.01 },
  };
  const described = properties.flatMap(({ column, description }) =>
    description === undefined ? [] : [[column.name, description] as const],
  );
  const ordered = inOwnOrder(plan, own, where);
  return {
    plan: withOwnSeverities(ordered, own, properties, said, reading),
    descriptions: Object.fromEntries(described),
  };
}

/** The properties that are columns. Throws `odcs.invalid` where two have a name. */
export function headsOf(schema: Node, reading: Reading): ColumnHead[] {
  const seen = new Set<string>();
  return nodes(schema, 'properties', reading.where).flatMap((property) => {
    const head = columnHead(property, reading);
    if (head === undefined) return [];
    if (seen.has(head.name)) {
      throw invalidOdcs('a name of its own for each property', head.name, reading.where([...property.path, 'name']));
    }
    seen.add(head.name);
    return [head];
  });
}

interface Found {
  readonly heads: readonly ColumnHead[];
  readonly names: readonly string[];
  readonly properties: readonly PropertyReading[];
  readonly eventTime: string;
}

/** All rules but the columns' own checks, each of those across rows once. */
function rulesOf(
  root: Node,
  schema: Node,
  { heads, names, properties, eventTime }: Found,
  reading: Reading,
): SaidRule[] {
  const all = [
    ...properties.flatMap(({ others }) => others),
    ...heads.flatMap(({ name, property }) =>
      readRelationships(property, root, { schema, column: name, names }, reading),
    ),
    ...readRelationships(schema, root, { schema, names }, reading),
    ...qualityRules(nodes(schema, 'quality', reading.where), { names }, reading),
    ...readServiceLevels(root, schema, eventTime, reading),
  ];
  const seen = new Set<string>();
  return all.filter(({ rule }) => {
    if (!isAcrossRule(rule)) return true;
    const id = acrossRuleId(rule);
    return !seen.has(id) && seen.add(id) !== undefined;
  });
}

function versionOf(root: Node, { where, tell }: Reading): string {
  const said = root.data.version;
  const version = typeof said === 'number' ? String(said) : (field(root, 'version', 'text', where) ?? '');
  const match = /^v?(0|[1-9]\d*)(?:\.(0|[1-9]\d*))?(?:\.(0|[1-9]\d*))?$/.exec(version);
  const numbers = match === null ? ['1', '0', '0'] : [match[1], match[2] ?? '0', match[3] ?? '0'];
  const semantic = numbers.join('.');
  if (semantic !== version) tell({ kind: 'differs', path: ['version'], what: `version ${semantic}` });
  return semantic;
}

function sourceOf(root: Node, schema: Node, { where, tell }: Reading): SourcePlan {
  const own = ownSource(ownProperty(schema, where).data.source);
  const server = serverSource(root, where);
  for (const at of nodes(root, 'servers', where)) {
    if (at.path.join() === server?.at.path.join()) continue;
    tell({ kind: 'unsupported', path: at.path, what: `a server of type ${String(at.data.type)}` });
  }
  const found = own ?? server?.source;
  if (found !== undefined) return found;
  const path = `data/${contractIdOf(schema, where)}.csv`;
  tell({ kind: 'assumed', path: schema.path, what: `source ${path}` });
  return { kind: 'csv', at: { path }, partition: 'hour' };
}

function keyOf(schema: Node, properties: readonly PropertyReading[], { tell }: Reading): ContractPlan['key'] {
  const parts = properties.flatMap(({ column, keyAt }) => (keyAt === undefined ? [] : [{ name: column.name, keyAt }]));
  if (parts.length === 0) return 'row number in source partition';
  tell({ kind: 'differs', path: schema.path, what: `primaryKey: ${amongHour}` });
  return [...parts].sort((a, b) => a.keyAt - b.keyAt).map(({ name }) => name);
}

function columnsOf(
  schema: Node,
  properties: readonly PropertyReading[],
  eventTime: string,
  { tell }: Reading,
): ColumnPlan[] {
  const columns = properties.map(({ column }) => column);
  const found = columns.find(({ name }) => name === eventTime);
  if (found === undefined) {
    tell({ kind: 'assumed', path: schema.path, what: `a date '${eventTime}'` });
    return [...columns, { name: eventTime, type: 'date', nullable: false, checks: [] }];
  }
  if (found.nullable) tell({ kind: 'assumed', path: schema.path, what: `the event time '${eventTime}' is never null` });
  return columns.map((column) => (column === found ? { ...column, nullable: false } : column));
}
