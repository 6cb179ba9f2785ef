import type { SourceKind, SourcePlan } from '../contractPlan.ts';
import { type Data, type DataMap, field, isMap, type Node, nodes, type Where } from './odcsData.ts';

/** The source of the first server whose files can be read, and where it stands. */
export function serverSource(root: Node, where: Where): { readonly source: SourcePlan; readonly at: Node } | undefined {
  for (const at of nodes(root, 'servers', where)) {
    const source = sourceOf(at, where);
    if (source !== undefined) return { source, at };
  }
  return undefined;
}

/** The server that reads as the source; undefined where none does. */
export function serverOf(source: SourcePlan, where: Where): DataMap | undefined {
  const { kind, at } = source;
  if (!('path' in at)) return undefined;
  const format = kind === 'ndjson' ? { format: 'json', delimiter: 'new_line' } : { format: kind };
  const server = at.path.startsWith('s3://')
    ? { server: 'source', type: 's3', location: at.path, ...format }
    : { server: 'source', type: 'local', path: at.path, format: kind };
  const read = sourceOf({ data: server, path: [] }, where);
  return JSON.stringify(read) === JSON.stringify({ kind, at, partition: source.partition, ...nullsOf(source) })
    ? server
    : undefined;
}

/** A source as the engine wrote it, whole; undefined where it is none. */
export function ownSource(data: Data | undefined): SourcePlan | undefined {
  if (!isMap(data) || !isMap(data.at)) return undefined;
  const { kind, at, partition, nulls = [] } = data;
  const [path, sample] = [at.path, at.sample];
  const place = typeof path === 'string' ? { path } : typeof sample === 'string' ? { sample } : undefined;
  const isPartition = partition === 'hour' || partition === 'path';
  const isTexts = Array.isArray(nulls) && nulls.every((text) => typeof text === 'string');
  if (!isKind(kind) || place === undefined || !isPartition || !isTexts) return undefined;
  return { kind, at: place, partition, ...(nulls.length === 0 ? {} : { nulls: nulls as string[] }) };
}

function nullsOf({ nulls }: SourcePlan): { readonly nulls?: readonly string[] } {
  return nulls === undefined ? {} : { nulls };
}

function sourceOf(server: Node, where: Where): SourcePlan | undefined {
  const type = field(server, 'type', 'text', where);
  const path =
    type === 'local' ? pathOf(server, 'path', where) : type === 's3' ? pathOf(server, 'location', where) : undefined;
  const kind = kindOf(server, where);
  // Other servers of S3 need an address that a path of ours holds in its query.
  const endpoint = type === 's3' ? field(server, 'endpointUrl', 'text', where) : undefined;
  if (path === undefined || kind === undefined) return undefined;
  const address = endpoint === undefined ? path : `${path}?endpoint=${endpoint}`;
  return { kind, at: { path: address }, partition: 'hour' };
}

/** `{model}` and the like stand for names that only the reader knows. */
function pathOf(server: Node, key: string, where: Where): string | undefined {
  const path = field(server, key, 'text', where);
  return path === undefined || path.trim() === '' || /\{\w+\}/.test(path) ? undefined : path;
}

function kindOf(server: Node, where: Where): SourceKind | undefined {
  const format = field(server, 'format', 'text', where) ?? '';
  const isArray = field(server, 'delimiter', 'text', where) === 'array';
  if (format === 'json' || format === 'jsonl') return isArray ? undefined : 'ndjson';
  return isKind(format) ? format : undefined;
}

function isKind(kind: Data | undefined): kind is SourceKind {
  return kind === 'parquet' || kind === 'csv' || kind === 'ndjson';
}
