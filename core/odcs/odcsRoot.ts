import { contractIdOf } from './contractIdOf.ts';
import { type Data, invalidOdcs, type Node, node, nodes, type Where } from './odcsData.ts';
import { requiredText } from './readProperty.ts';

/** The document, if it is one of the standard in a version that is read. Throws `odcs.invalid`. */
export function odcsRoot(document: Data, where: Where): Node {
  const root = node(document, [], where);
  const kind = requiredText(root, 'kind', where);
  if (kind !== 'DataContract') throw invalidOdcs("'DataContract'", kind, where(['kind']));
  const version = requiredText(root, 'apiVersion', where);
  if (!/^v3\.[01]\.\d+$/.test(version)) throw invalidOdcs('v3.0 or v3.1', version, where(['apiVersion']));
  return root;
}

/** The schema object of a contract's id, if there is one. */
export function schemaOfContract(root: Node, id: string, where: Where): Node | undefined {
  return nodes(root, 'schema', where).find((schema) => contractIdOf(schema, where) === id);
}
