import type { ReferencesPlan } from '../acrossRulePlan.ts';
import { canonicalJson } from '../canonicalJson.ts';
import { schemaNameOf } from './contractIdOf.ts';
import type { DataMap, Node, Where } from './odcsData.ts';
import { schemaOfContract } from './odcsRoot.ts';
import { referenceOf } from './readRelationships.ts';

/**
 * The relationship of a reference: to the other contract's schema object in this document, else to a document of its own
 * beside this one. Undefined where the standard cannot name the column.
 */
export function relationshipOf(
  rule: ReferencesPlan,
  root: Node,
  schema: Node,
  names: readonly string[],
  where: Where,
): DataMap | undefined {
  const { contract, column } = rule.to;
  const other = schemaOfContract(root, contract, where)?.data.name;
  const name = schemaNameOf(contract);
  const external = `${contract}.odcs.yaml#/schema/${name}/properties/${column}`;
  const to = typeof other === 'string' ? `${other}.${column}` : external;
  if (!(typeof other === 'string' ? shorthand : qualified).test(to)) return undefined;
  const item = { type: 'foreignKey', to };
  const read = referenceOf({ data: item, path: [] }, root, { schema, column: rule.column, names }, where);
  return typeof read !== 'string' && canonicalJson(read.rule) === canonicalJson(rule) ? item : undefined;
}

/** As the standard's JSON schema takes them. */
const shorthand = /^[A-Za-z_]\w*\.[A-Za-z_]\w*$/;
const qualified = /^[\w.-]+\.yaml#\/schema\/[\w-]+\/properties\/[\w-]+$/;
