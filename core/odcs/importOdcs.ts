import type { ContractPlan } from '../contractPlan.ts';
import { WhetError } from '../errors.ts';
import { type Data, field, invalidOdcs, type Node, nodes, type Where } from './odcsData.ts';
import { odcsRoot } from './odcsRoot.ts';
import { requiredText, tellUnread } from './readProperty.ts';
import { readSchema } from './readSchema.ts';
import { summarized, type Told } from './told.ts';
import type { FormatPatterns } from './typeOptions.ts';

export interface OdcsWishes {
  /** The schema object that becomes the contract, by its name; left out where there is one. */
  readonly schema?: string;
  /** The column that places a row in its hour; a new one where the document has no date. */
  readonly eventTime?: string;
}

export interface OdcsImport {
  readonly plan: ContractPlan;
  /** Of columns, by their names. */
  readonly descriptions: Readonly<Record<string, string>>;
  /** What is not quite in the plan: what was assumed first, then what differs, then what has no place. */
  readonly told: readonly Told[];
}

/**
 * One schema object of an Open Data Contract Standard document (v3.0 or v3.1, as data) as a contract. Throws
 * `odcs.invalid`, `odcs.which-schema`, `odcs.which-event-time`.
 */
export function importOdcs(
  document: Data,
  { schema: wanted, eventTime }: OdcsWishes,
  formats: FormatPatterns,
  where: Where,
): OdcsImport {
  const root = odcsRoot(document, where);
  const schema = schemaOf(root, wanted, where);
  const told: Told[] = [];
  const reading = { where, formats, tell: (one: Told) => told.push(one) };
  const { plan, descriptions } = readSchema(root, schema, eventTime, reading);
  tellUnread(root, rootKeys, reading);
  tellUnread(schema, schemaKeys, reading);
  for (const property of nodes(schema, 'properties', where)) {
    const isColumn = plan.columns.some(({ name }) => name === property.data.name);
    if (isColumn) tellUnread(property, propertyKeys, reading);
  }
  const kinds = ['assumed', 'differs', 'unsupported'];
  const sorted = summarized(told).sort((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind));
  return { plan, descriptions, told: sorted };
}

function schemaOf(root: Node, wanted: string | undefined, where: Where): Node {
  const all = nodes(root, 'schema', where);
  const names = all.map((schema) => requiredText(schema, 'name', where));
  const [only, other] = wanted === undefined ? all : all.filter(({ data }) => data.name === wanted);
  const full = only !== undefined && other === undefined && (field(only, 'properties', 'list', where) ?? []).length > 0;
  if (full) return only;
  if (all.length === 0 || (only !== undefined && other === undefined)) {
    throw invalidOdcs('a schema object with properties', null, where(only?.path ?? ['schema']));
  }
  throw new WhetError('odcs.which-schema', {
    expected: '--schema with the name of one schema object',
    came: `${wanted === undefined ? 'none' : `'${wanted}'`}, of ${names.map((name) => `'${name}'`).join(', ')}`,
  });
}

const rootKeys = ['version', 'kind', 'apiVersion', 'id', 'name', 'schema', 'servers', 'slaProperties'];
const schemaKeys = ['id', 'name', 'logicalType', 'properties', 'quality', 'relationships'];
const propertyKeys = [
  'id',
  'name',
  'description',
  'logicalType',
  'logicalTypeOptions',
  'required',
  'unique',
  'primaryKey',
  'primaryKeyPosition',
  'quality',
  'relationships',
];
