import type { ColumnCheck, ColumnPlan, ColumnType, Severity } from '../contractPlan.ts';
import { columnChecks } from './columnChecks.ts';
import { amongHour } from './libraryMetrics.ts';
import { columnTypeOf } from './logicalType.ts';
import { type Data, field, invalidOdcs, type Node, nodes, type Path, type Where } from './odcsData.ts';
import { isCheck, type OdcsRule } from './odcsRule.ts';
import { ownProperty } from './ownProperty.ts';
import { engine } from './ownRule.ts';
import type { QualityOf } from './qualityReading.ts';
import { qualityKeys, readQuality } from './readQuality.ts';
import type { Tell } from './told.ts';
import { type FormatPatterns, readOptions } from './typeOptions.ts';

/** What the readers need beside the document. */
export interface Reading {
  readonly where: Where;
  readonly tell: Tell;
  readonly formats: FormatPatterns;
}

/** A rule that a place says, with the severity that stands there. */
export interface SaidRule {
  readonly rule: OdcsRule;
  readonly severity?: Severity;
  readonly path: Path;
}

export interface PropertyReading {
  readonly path: Path;
  readonly column: ColumnPlan;
  /** Of the column's own checks, and `required`. */
  readonly severities: readonly { readonly of: ColumnCheck | 'required'; readonly severity: Severity }[];
  /** Rules that are no check of the column's. */
  readonly others: readonly SaidRule[];
  /** Its place in the key; undefined where it is no part of it. */
  readonly keyAt?: number;
  readonly description?: string;
}

/** A property that is a column. */
export interface ColumnHead {
  readonly name: string;
  readonly type: ColumnType;
  readonly property: Node;
}

/** A property's name and type, if it can be a column. Throws `odcs.invalid` where it has no name. */
export function columnHead(property: Node, { where, tell }: Reading): ColumnHead | undefined {
  const name = requiredText(property, 'name', where);
  if (ownProperty(property, where).data.ignored === true) return undefined;
  const found = columnTypeOf(property, where);
  if ('unsupported' in found) {
    tell({ kind: 'unsupported', path: property.path, what: found.unsupported });
    return undefined;
  }
  if (found.assumed !== undefined) tell({ kind: 'assumed', path: property.path, what: found.assumed });
  return { name, type: found.type, property };
}

/** All that a property says; `names` are those of the contract's columns. */
export function readProperty(head: ColumnHead, names: readonly string[], reading: Reading): PropertyReading {
  const { where, tell, formats } = reading;
  const { property } = head;
  const quality = qualityRules(nodes(property, 'quality', where), { column: head, names }, reading);
  const options = readOptions(property, head.type, formats, where, tell);
  const ofQuality = quality.flatMap(({ rule }) => (isCheck(rule) ? [rule] : []));
  const { type, checks, standsFor, refused } = columnChecks(head.type, [...options, ...ofQuality]);
  for (const { rule, path } of quality) {
    if ((refused as readonly OdcsRule[]).includes(rule)) {
      tell({ kind: 'unsupported', path, what: `${rule.kind} beside the other checks` });
    }
  }
  const isRequired = field(property, 'required', 'flag', where) === true;
  const nullable = !isRequired && !quality.some(({ rule }) => rule.kind === 'required');
  const description = field(property, 'description', 'text', where);
  const keyAt = keyPosition(property, where);
  return {
    path: property.path,
    column: { name: head.name, type, nullable, ...coerceOf(property, where), checks },
    severities: quality.flatMap(({ rule, severity }): PropertyReading['severities'] => {
      if (severity === undefined) return [];
      if (rule.kind === 'required') return [{ of: 'required', severity }];
      return isCheck(rule) ? [{ of: standsFor.get(rule) ?? rule, severity }] : [];
    }),
    others: [
      ...quality.filter(({ rule }) => !isCheck(rule) && rule.kind !== 'required'),
      ...uniqueRule(property, head.name, reading),
    ],
    ...(keyAt === undefined ? {} : { keyAt }),
    ...(description === undefined ? {} : { description }),
  };
}

/** The rules of quality items; what they cannot say here is told. */
export function qualityRules(items: readonly Node[], of: QualityOf, reading: Reading): SaidRule[] {
  const { where, tell } = reading;
  return items.flatMap((item): SaidRule[] => {
    const { meaning, unsupported, differs } = readQuality(item, of, where);
    if (unsupported !== undefined) tell({ kind: 'unsupported', path: item.path, what: unsupported });
    if (differs !== undefined) tell({ kind: 'differs', path: item.path, what: differs });
    const { rules = [], severity } = meaning ?? {};
    if (rules.length > 0) tellUnread(item, qualityKeys, reading);
    return rules.map((rule) => ({ rule, path: item.path, ...(severity === undefined ? {} : { severity }) }));
  });
}

/** Throws `odcs.invalid` where it is missing or empty. */
export function requiredText(at: Node, key: string, where: Where): string {
  const text = field(at, key, 'text', where);
  if (text !== undefined && text.trim() !== '') return text;
  throw invalidOdcs(`a ${key}`, at.data[key], where([...at.path, key]));
}

function uniqueRule(property: Node, name: string, { where, tell }: Reading): SaidRule[] {
  if (field(property, 'unique', 'flag', where) !== true) return [];
  const path = [...property.path, 'unique'];
  tell({ kind: 'differs', path, what: amongHour });
  return [{ rule: { kind: 'unique', columns: [name] }, path }];
}

/** Without a position, or with -1, it comes after those that have one. */
function keyPosition(property: Node, where: Where): number | undefined {
  if (field(property, 'primaryKey', 'flag', where) !== true) return undefined;
  const position = field(property, 'primaryKeyPosition', 'number', where) ?? -1;
  return position > 0 ? position : Number.MAX_SAFE_INTEGER;
}

function coerceOf(property: Node, where: Where): { coerce?: true } {
  return ownProperty(property, where).data.coerce === true ? { coerce: true } : {};
}

/** Whether a value says anything: what is empty or the standard's default does not. */
export function says(value: Data | undefined): boolean {
  if (value === undefined || value === null || value === false || value === -1 || value === '') return false;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}

/** Keys that a reader leaves are told, each as unsupported; custom properties of the engine's own are none of them. */
export function tellUnread(at: Node, read: readonly string[], { tell, where }: Reading): void {
  for (const key of Object.keys(at.data)) {
    if (read.includes(key) || !says(at.data[key])) continue;
    if (key === 'customProperties') {
      const others = nodes(at, key, where).filter(({ data }) => data.property !== engine);
      if (others.length === 0) continue;
    }
    tell({ kind: 'unsupported', path: [...at.path, key], what: 'a contract has no word for it' });
  }
}
