import { field, type Node, type Where } from './odcsData.ts';
import { ownProperty } from './ownProperty.ts';

/** The id of a schema object's contract: as the engine wrote it there, or the object's name in small letters. */
export function contractIdOf(schema: Node, where: Where): string {
  const own = field(ownProperty(schema, where), 'id', 'text', where);
  if (own !== undefined && isId(own)) return own;
  const name = field(schema, 'name', 'text', where) ?? '';
  const plain = name.replaceAll('_', '-');
  if (isId(plain)) return plain;
  const words = name.replace(/([a-z\d])([A-Z])/g, '$1-$2').toLowerCase();
  const id = words.replace(/[^a-z\d]+/g, '-').replace(/^[^a-z]+|-+$/g, '');
  return id === '' ? 'data' : id;
}

/** The name of a contract's schema object: one that a foreign key can name. */
export function schemaNameOf(id: string): string {
  return id.replaceAll('-', '_');
}

function isId(text: string): boolean {
  return /^[a-z][a-z0-9-]*$/.test(text);
}
