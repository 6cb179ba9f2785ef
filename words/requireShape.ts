import { z } from 'zod';
import { didYouMean } from './didYouMean.ts';
import { invalid } from './invalid.ts';

/**
 * Holds a definition to its shape at run time as well: Node strips the types of a pipeline file without checking them.
 * Throws `pipeline.invalid` for the first thing that is wrong, naming `place` and the path in it.
 */
export function requireShape(shape: z.ZodObject, definition: unknown, place: string): void {
  const issues = shape.safeParse(definition).error?.issues ?? [];
  // A misspelt key explains the missing one: it comes first.
  const issue = issues.find((found) => found.code === 'unrecognized_keys') ?? issues[0];
  if (issue === undefined) return;
  const at = [place, pathText(issue.path)].filter((part) => part !== '').join(', ');
  if (issue.code !== 'unrecognized_keys') throw invalid(at, issue.message, valueAt(definition, issue.path));
  const [key = ''] = issue.keys;
  throw invalid(at, 'only keys that have a meaning', key, didYouMean(key, keysAt(shape, issue.path)));
}

function pathText(path: readonly PropertyKey[]): string {
  const text = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  return text.replace(/^\./, '');
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((held, key) => (held as Record<PropertyKey, unknown> | undefined)?.[key], value);
}

function keysAt(shape: z.ZodObject, path: readonly PropertyKey[]): readonly string[] {
  const found = path.reduce<unknown>((held, key) => objectIn(held)?.shape[String(key)], shape);
  return Object.keys(objectIn(found)?.shape ?? {});
}

function objectIn(schema: unknown): z.ZodObject | undefined {
  const inner = schema instanceof z.ZodOptional ? schema.unwrap() : schema;
  return inner instanceof z.ZodObject ? inner : undefined;
}
