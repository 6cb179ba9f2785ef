import { canonicalJson } from '../canonicalJson.ts';
import type { ContractPlan } from '../contractPlan.ts';
import { contractIdOf, schemaNameOf } from './contractIdOf.ts';
import { saidEventTime } from './findEventTime.ts';
import { type Data, type DataMap, type Node, node, nodes, type Where } from './odcsData.ts';
import { odcsRoot, schemaOfContract } from './odcsRoot.ts';
import { serverOf, serverSource } from './odcsSource.ts';
import { orderOf } from './ownOrder.ts';
import { withOwnProperty } from './ownProperty.ts';
import type { Reading } from './readProperty.ts';
import { headsOf, readSchema } from './readSchema.ts';
import type { FormatPatterns } from './typeOptions.ts';
import { writeSchema } from './writeSchema.ts';

/**
 * A contract as a document of the Open Data Contract Standard v3.1, as data: a new one, or another one in which it is
 * said. There, all that means the same stays as it is, and so does all that is none of a contract's. Read back, it gives
 * the same plan: what the standard has no word for stands in items and properties that are called `whetstone`. Throws
 * `odcs.invalid`.
 */
export function exportOdcs(
  plan: ContractPlan,
  onto: Data | undefined,
  { schema: wanted }: { readonly schema?: string },
  formats: FormatPatterns,
  where: Where,
): Data {
  const reading: Reading = { where, formats, tell: () => undefined };
  const root = odcsRoot(onto ?? newDocument(plan), where);
  const found =
    wanted === undefined
      ? schemaOfContract(root, plan.id, where)
      : nodes(root, 'schema', where).find(({ data }) => data.name === wanted);
  const others = nodes(root, 'schema', where).map(({ data }) => data);
  const at = found === undefined ? others.length : others.indexOf(found.data);
  const data = found?.data ?? { name: wanted ?? schemaNameOf(plan.id), logicalType: 'object' };
  const schema = { data: withOwnProperty(data, {}), path: ['schema', at] };
  const written = writeSchema(plan, root, schema, reading);
  const apiVersion = String(root.data.apiVersion).startsWith('v3.1.') ? root.data.apiVersion : 'v3.1.0';
  const { slaProperties: _, ...rest } = root.data;
  const document = (said: DataMap, servers: DataMap): DataMap => ({
    ...rest,
    ...servers,
    apiVersion: apiVersion ?? 'v3.1.0',
    schema: others.toSpliced(at, 1, said),
    ...written.serviceLevels,
  });
  const read = readBack(document(written.schema, {}), at, plan, reading);
  const version = read.version === plan.version ? {} : { version: plan.version };
  const { servers, source } = sourceWords(plan, root, read, where);
  const own = { ...ownWords(plan, written.schema, read, reading), ...source };
  return { ...document(withOwnProperty(written.schema, own), servers), ...version };
}

function newDocument({ id, version }: ContractPlan): DataMap {
  return { apiVersion: 'v3.1.0', kind: 'DataContract', id, name: id, version, status: 'active' };
}

function readBack(document: DataMap, at: number, plan: ContractPlan, reading: Reading): ContractPlan {
  const root = node(document, [], reading.where);
  const schema = nodes(root, 'schema', reading.where)[at];
  if (schema === undefined) throw new TypeError('no schema');
  return readSchema(root, schema, plan.eventTime, reading).plan;
}

/** A server that reads as the source, where the document has none; else the source itself. */
function sourceWords(
  { source }: ContractPlan,
  root: Node,
  read: ContractPlan,
  where: Where,
): { readonly servers: DataMap; readonly source: DataMap } {
  if (canonicalJson(read.source) === canonicalJson(source) && serverSource(root, where) !== undefined) {
    return { servers: {}, source: {} };
  }
  const server = serverSource(root, where) === undefined ? serverOf(source, where) : undefined;
  if (server === undefined) return { servers: {}, source: { source: source as unknown as Data } };
  const before = nodes(root, 'servers', where).map(({ data }) => data);
  return { servers: { servers: [...before, server] }, source: {} };
}

/** What of a plan a reading of the document does not give. */
function ownWords(plan: ContractPlan, data: DataMap, read: ContractPlan, reading: Reading): DataMap {
  const { where } = reading;
  const schema = { data, path: [] };
  const order = orderOf(plan, read);
  const severity = Object.entries(plan.severity).filter(([id, value]) => read.severity[id] !== value);
  const eventTime = saidEventTime(schema, headsOf(schema, reading), where);
  const isCalledSo = contractIdOf(schema, where) === plan.id;
  return {
    ...(isCalledSo ? {} : { id: plan.id }),
    ...(eventTime === plan.eventTime ? {} : { eventTime: plan.eventTime }),
    ...(plan.quarantine.atMost === 0.01 ? {} : { quarantine: plan.quarantine.atMost }),
    ...(severity.length === 0 ? {} : { severity: Object.fromEntries(severity) }),
    ...(Object.keys(order).length === 0 ? {} : { order }),
  };
}
