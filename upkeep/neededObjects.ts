import { kindOf } from './storedKind.ts';

/**
 * The objects without which a document is worth nothing, by their digests. A history (the record of a run, an entry of a
 * ledger or of a snapshots' log) stays true when what it tells of is gone.
 */
export function neededObjects(key: string, value: unknown): string[] {
  if (histories.has(kindOf(key)) || kindOf(key) === 'unknown') return [];
  const needed = new Set<string>();
  visit(value, needed);
  return [...needed];
}

const histories = new Set([
  ...['run', 'ledger entry', 'ledger page', 'snapshot log', 'plan', 'hint', 'lease', 'erasure', 'upkeep'],
]);

/** Fields that name an object, wherever they are. */
const fields = new Set([
  ...['object', 'weights', 'staged', 'sketches', 'table', 'matrix', 'package'],
  ...['partitions', 'files', 'chunks'],
]);
/** Told for the sake of history. */
const asides = new Set(['lineage', 'inputs']);
/** Fields whose `digest` names an object. */
const graphs = new Set(['model', 'network']);

function visit(value: unknown, needed: Set<string>): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, held] of Object.entries(value)) {
    if (fields.has(name)) for (const one of [held].flat()) if (isDigest(one)) needed.add(one);
    if (graphs.has(name) && isGraph(held)) needed.add(held.digest);
    if (!asides.has(name)) visit(held, needed);
  }
}

function isDigest(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}

function isGraph(value: unknown): value is { readonly digest: string } {
  return typeof value === 'object' && value !== null && 'digest' in value && 'bytes' in value && isDigest(value.digest);
}
