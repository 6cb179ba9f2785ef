import type { ReferencesPlan } from '../acrossRulePlan.ts';
import { contractIdOf } from './contractIdOf.ts';
import { type Data, field, isMap, type Node, nodes, type Where } from './odcsData.ts';
import { type Reading, type SaidRule, tellUnread } from './readProperty.ts';

/** The foreign keys of a schema object (`from` is said) or of one property. */
export function readRelationships(
  at: Node,
  root: Node,
  of: { readonly schema: Node; readonly column?: string; readonly names: readonly string[] },
  reading: Reading,
): SaidRule[] {
  const { where, tell } = reading;
  return nodes(at, 'relationships', where).flatMap((item): SaidRule[] => {
    const read = referenceOf(item, root, of, where);
    if (typeof read === 'string') {
      tell({ kind: 'unsupported', path: item.path, what: read });
      return [];
    }
    const { rule, assumed } = read;
    if (assumed !== undefined) tell({ kind: 'assumed', path: item.path, what: assumed });
    tellUnread(item, ['id', 'type', 'from', 'to'], reading);
    return [{ rule, path: item.path }];
  });
}

/** The rule that a relationship means, or why it is none. */
export function referenceOf(
  item: Node,
  root: Node,
  { schema, column, names }: { readonly schema: Node; readonly column?: string; readonly names: readonly string[] },
  where: Where,
): { readonly rule: ReferencesPlan; readonly assumed?: string } | string {
  const type = field(item, 'type', 'text', where) ?? 'foreignKey';
  if (type !== 'foreignKey') return `type ${type}`;
  const [from, to] = [column ?? item.data.from, item.data.to];
  if (Array.isArray(from) ? from.length !== 1 : Array.isArray(to) && to.length !== 1) {
    return 'a foreign key of several columns';
  }
  const target = only(to);
  const own = contractIdOf(schema, where);
  const source = column === undefined ? propertyOf(only(from), root, schema) : { contract: own, column };
  const name = source?.contract === own ? source.column : undefined;
  if (target === undefined || name === undefined || !names.includes(name)) return 'a foreign key of no column';
  const found = propertyOf(target, root, schema) ?? externalProperty(target);
  if (found === undefined) return `'${target}', which names no column of another schema object`;
  if (found.contract === own) return `'${target}', which refers to rows of the same contract`;
  const rule: ReferencesPlan = {
    kind: 'references',
    column: name,
    to: { contract: found.contract, column: found.column },
  };
  return found.assumed === undefined ? { rule } : { rule, assumed: found.assumed };
}

interface Target {
  readonly contract: string;
  readonly column: string;
  readonly assumed?: string;
}

function only(value: Data | undefined): string | undefined {
  const one = Array.isArray(value) ? value[0] : value;
  return typeof one === 'string' ? one : undefined;
}

/** `receivers.id`, by names, or `schema/receivers_obj/properties/id_prop`, by ids, of this document. */
function propertyOf(text: string | undefined, root: Node, schema: Node): Target | undefined {
  const path = /^#?\/?schema\/([^/]+)\/properties\/([^/]+)$/.exec(text ?? '');
  const key = path === null ? 'name' : 'id';
  const [, object = '', property = ''] = path ?? /^([^./#]+)\.([^./#]+)$/.exec(text ?? '') ?? [];
  if (object === '') return undefined;
  const objects = Array.isArray(root.data.schema) ? root.data.schema.filter(isMap) : [];
  const found = [schema.data, ...objects].find((one) => one[key] === object);
  if (found === undefined) return path === null ? unknownObject(object, property) : undefined;
  const properties = Array.isArray(found.properties) ? found.properties.filter(isMap) : [];
  const column = properties.find((one) => one[key] === property)?.name;
  if (typeof column !== 'string') return undefined;
  return { contract: contractIdOf({ data: found, path: [] }, () => ''), column };
}

function unknownObject(object: string, column: string): Target {
  const contract = contractIdOf({ data: { name: object }, path: [] }, () => '');
  return { contract, column, assumed: `contract '${contract}', which this document does not describe` };
}

/** `airports.odcs.yaml#/schema/airports/properties/code`, of another document, in which ids are taken for names. */
function externalProperty(text: string): Target | undefined {
  const [, file = '', object = '', column = ''] = /^([^#]+)#\/?schema\/([^/]+)\/properties\/([^/]+)$/.exec(text) ?? [];
  if (object === '') return undefined;
  const contract = contractIdOf({ data: { name: object }, path: [] }, () => '');
  return { contract, column, assumed: `contract '${contract}' and its column '${column}', as ${file} was not read` };
}
