import { type Data, type DataMap, isMap, type Node, nodes, type Where } from './odcsData.ts';
import { engine } from './ownRule.ts';

/** What the engine says of an element in a custom property of its own, where the standard has no word. */
export function ownProperty(at: Node, where: Where): Node {
  const found = nodes(at, 'customProperties', where).find(({ data }) => data.property === engine);
  const value = found?.data.value;
  return { data: isMap(value) ? value : {}, path: [...(found?.path ?? at.path), 'value'] };
}

/** An element's custom properties with that one said, or without it where there is nothing to say. */
export function withOwnProperty(element: DataMap, said: DataMap): DataMap {
  const { customProperties, ...others } = element;
  const all: readonly Data[] = Array.isArray(customProperties) ? customProperties : [];
  const isOwn = (item: Data): boolean => isMap(item) && item.property === engine;
  const own = { property: engine, value: said };
  const isThere = all.some(isOwn);
  const isEmpty = Object.keys(said).length === 0;
  if (isEmpty && !isThere) return element;
  if (isEmpty) {
    const left = all.filter((item) => !isOwn(item));
    return left.length === 0 ? others : { ...element, customProperties: left };
  }
  const next = isThere
    ? all.map((item) => (isMap(item) && isOwn(item) ? { ...item, value: said } : item))
    : [...all, own];
  return { ...element, customProperties: next };
}
