import { canonicalJson } from '../canonicalJson.ts';
import type { ContractPlan } from '../contractPlan.ts';
import { type DataMap, type Node, nodes } from './odcsData.ts';
import type { OdcsRule } from './odcsRule.ts';
import { withOwnProperty } from './ownProperty.ts';
import { ruleIds } from './ownSeverities.ts';
import { columnHead, type Reading, readProperty } from './readProperty.ts';
import { readQuality } from './readQuality.ts';
import { referenceOf } from './readRelationships.ts';
import { latencyItem, latencyOf } from './serviceLevels.ts';
import { type UnsaidRules, unsaidRules } from './unsaidRules.ts';
import { namesOf, writeProperty } from './writeProperty.ts';
import { ownQuality, standardQuality } from './writeQuality.ts';
import { relationshipOf } from './writeReference.ts';

export interface WrittenSchema {
  readonly schema: DataMap;
  /** The document's service levels, where it has any. */
  readonly serviceLevels: DataMap;
}

/** A schema object that says the plan: first what stands there is kept or taken out, then the rest is added. */
export function writeSchema(plan: ContractPlan, root: Node, schema: Node, reading: Reading): WrittenSchema {
  const unsaid = unsaidRules(plan);
  const names = plan.columns.map(({ name }) => name);
  const draft: Draft = {
    plan,
    root,
    schema,
    names,
    properties: propertiesOf(plan, root, schema, unsaid, reading),
    relationships: keptRelationships(schema, root, { schema, names }, unsaid, reading),
    quality: nodes(schema, 'quality', reading.where).flatMap((item) => {
      const { meaning } = readQuality(item, { names }, reading.where);
      return meaning === undefined || unsaid.take(meaning) ? [item.data] : [];
    }),
    levels: nodes(root, 'slaProperties', reading.where).flatMap((item) => {
      const rule = latencyOf(item, schema, plan.eventTime, reading.where);
      return typeof rule === 'string' || unsaid.take({ rules: [rule] }) ? [item.data] : [];
    }),
  };
  const ids = ruleIds(plan);
  for (const rule of unsaid.left()) addRule(draft, rule, ids.get(rule) ?? '', reading);
  const { properties: _, relationships: __, quality: ___, ...others } = schema.data;
  return {
    schema: {
      ...others,
      properties: draft.properties,
      ...(draft.relationships.length === 0 ? {} : { relationships: draft.relationships }),
      ...(draft.quality.length === 0 ? {} : { quality: draft.quality }),
    },
    serviceLevels: draft.levels.length === 0 ? {} : { slaProperties: draft.levels },
  };
}

/** What the document will say; the lists grow. */
interface Draft {
  readonly plan: ContractPlan;
  readonly root: Node;
  readonly schema: Node;
  readonly names: readonly string[];
  readonly properties: DataMap[];
  readonly relationships: DataMap[];
  readonly quality: DataMap[];
  readonly levels: DataMap[];
}

/** The properties that are there, in their order, then columns that are new. */
function propertiesOf(plan: ContractPlan, root: Node, schema: Node, unsaid: UnsaidRules, reading: Reading): DataMap[] {
  const there = nodes(schema, 'properties', reading.where);
  const names = plan.columns.map(({ name }) => name);
  const isKeySaid =
    canonicalJson(keyOf(there, reading)) === canonicalJson(typeof plan.key === 'string' ? [] : plan.key);
  const written = there.map((property) => {
    const column = plan.columns.find(({ name }) => name === property.data.name);
    if (column === undefined) return ignored(property, reading);
    const said = writeProperty(property, column, plan, unsaid, reading);
    const relationships = keptRelationships(property, root, { schema, column: column.name, names }, unsaid, reading);
    const { unique, relationships: _, ...others } = said;
    const isUnique = unique === true && unsaid.take({ rules: [{ kind: 'unique', columns: [column.name] }] });
    return inKey(plan, isKeySaid, {
      ...others,
      ...(unique === false || isUnique ? { unique } : {}),
      ...(relationships.length === 0 ? {} : { relationships }),
    });
  });
  const isNew = (name: string): boolean => !there.some(({ data }) => data.name === name);
  const added = plan.columns.filter(({ name }) => isNew(name));
  return [
    ...written,
    ...added.map((column) => {
      const property = { data: { name: column.name }, path: [] };
      return inKey(plan, false, writeProperty(property, column, plan, unsaid, reading));
    }),
  ];
}

/** A property that a contract does not judge is described all the same. */
function ignored(property: Node, reading: Reading): DataMap {
  return columnHead(property, reading) === undefined
    ? property.data
    : withOwnProperty(property.data, { ignored: true });
}

function keyOf(properties: readonly Node[], reading: Reading): string[] {
  const parts = properties.flatMap((property) => {
    const head = columnHead(property, reading);
    const keyAt = head === undefined ? undefined : readProperty(head, [], reading).keyAt;
    return head === undefined || keyAt === undefined ? [] : [{ name: head.name, keyAt }];
  });
  return parts.sort((a, b) => a.keyAt - b.keyAt).map(({ name }) => name);
}

function inKey({ key }: ContractPlan, isSaid: boolean, property: DataMap): DataMap {
  if (isSaid) return property;
  const { primaryKey: _, primaryKeyPosition: __, ...others } = property;
  const at = typeof key === 'string' ? -1 : key.indexOf(String(property.name));
  return at < 0 ? others : { ...others, primaryKey: true, primaryKeyPosition: at + 1 };
}

function keptRelationships(
  at: Node,
  root: Node,
  of: Parameters<typeof referenceOf>[2],
  unsaid: UnsaidRules,
  { where }: Reading,
): DataMap[] {
  return nodes(at, 'relationships', where).flatMap((item) => {
    const read = referenceOf(item, root, of, where);
    return typeof read === 'string' || unsaid.take({ rules: [read.rule] }) ? [item.data] : [];
  });
}

/** In the standard's words at the place that they have for it, else as the plan holds it. */
function addRule(draft: Draft, rule: OdcsRule, id: string, { where }: Reading): void {
  const { plan, root, schema, names } = draft;
  const said = namesOf(plan, id);
  const [only = '', other] = 'columns' in rule ? rule.columns : 'column' in rule ? [rule.column] : [];
  const at = draft.properties.findIndex(({ name }) => name === only);
  const property = draft.properties[at];
  const column = plan.columns.find(({ name }) => name === only);
  if (rule.kind === 'unique' && rule.withinMs === undefined && other === undefined && property !== undefined) {
    draft.properties[at] = { ...property, unique: true };
    return;
  }
  const relationship = rule.kind === 'references' ? relationshipOf(rule, root, schema, names, where) : undefined;
  if (relationship !== undefined && property !== undefined) {
    draft.properties[at] = { ...property, relationships: [...listOf(property, 'relationships'), relationship] };
    return;
  }
  const ofColumn =
    rule.kind === 'measure' && column !== undefined ? standardQuality(rule, { column, names }, said) : undefined;
  if (ofColumn !== undefined && property !== undefined) {
    draft.properties[at] = { ...property, quality: [...listOf(property, 'quality'), ofColumn] };
    return;
  }
  if (rule.kind === 'newestRow') {
    const level = latencyItem(rule, String(schema.data.name), plan.eventTime);
    const read = latencyOf({ data: level, path: [] }, schema, plan.eventTime, where);
    if (typeof read !== 'string' && read.withinMs === rule.withinMs) {
      draft.levels.push(level);
      return;
    }
  }
  const standard = rule.kind === 'measure' ? undefined : standardQuality(rule, { names }, said);
  draft.quality.push(standard ?? ownQuality(rule, said));
}

function listOf(property: DataMap, key: string): readonly DataMap[] {
  return nodes({ data: property, path: [] }, key, () => key).map(({ data }) => data);
}
