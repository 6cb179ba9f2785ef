import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from '../../core/canonicalJson.ts';

/** As plainly as it can be said. */
function plainly(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => plainly(item ?? null)).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const fields = Object.entries(value).filter(([, held]) => held !== undefined);
  return JSON.stringify(Object.fromEntries(fields.map(([key, held]) => [key, JSON.parse(plainly(held))]).sort(byKey)));
}

function byKey([a]: unknown[], [b]: unknown[]): number {
  return String(a) < String(b) ? -1 : 1;
}

test('has sorted keys at every depth, no spaces, and nothing that is undefined', () => {
  const value = { b: [{ z: 1, a: undefined, c: null }, [undefined]], a: { y: 'x', x: [] } };
  expect(canonicalJson(value)).toBe('{"a":{"x":[],"y":"x"},"b":[{"c":null,"z":1},[null]]}');
});

test('says the same of a value in any order of its fields, and of what was read from it', () => {
  fc.assert(
    fc.property(fc.object({ maxDepth: 3, withNullPrototype: true }), (value) => {
      const json: object = JSON.parse(JSON.stringify(value));
      const text = canonicalJson(json);
      expect(text).toBe(plainly(json));
      expect(canonicalJson(reversed(json))).toBe(text);
      expect(canonicalJson(JSON.parse(text))).toBe(text);
    }),
  );
});

test('leaves its value as it is', () => {
  const value = Object.freeze({ b: Object.freeze([Object.freeze({ d: 1, c: 2 })]), a: 1 });
  expect(canonicalJson(value)).toBe('{"a":1,"b":[{"c":2,"d":1}]}');
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, held]) => [key, reversed(held)]),
  );
}
