import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ecmaPattern } from '../../core/ecmaPattern.ts';
import { sqlText } from '../../datasets/database.ts';
import { utf16Text } from '../../datasets/rules/utf16Text.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

let bench: Workbench;
beforeAll(async () => {
  bench = await openWorkbench();
});
afterAll(() => bench.close());

async function disagreements(pairs: readonly (readonly [pattern: string, text: string])[]): Promise<string[]> {
  const asked = pairs.flatMap(([pattern, text]) => {
    const translated = ecmaPattern(pattern);
    return 're2' in translated ? [{ pattern, text, ...translated }] : [];
  });
  const selects = asked.map(({ re2, wide, text }) => {
    const subject = wide ? utf16Text(sqlText(text)) : sqlText(text);
    return `regexp_matches(${subject}, ${sqlText(re2)})`;
  });
  const [row] = await bench.database.rows<{ found: { items: boolean[] } }>(`SELECT [${selects.join(', ')}] AS found`);
  const found = row?.found.items ?? [];
  const differing = asked.filter(({ pattern, text }, place) => new RegExp(pattern).test(text) !== found[place]);
  return differing.map(({ pattern, text, re2 }) => `/${pattern}/ as ${re2} on ${JSON.stringify(text)}`);
}

test('known patterns match what JavaScript matches', async () => {
  const patterns = [
    '^[A-Z0-9]{3}$',
    'b',
    'a.c',
    '^.$',
    '^.{2}$',
    '^\\s$',
    '^\\S+$',
    '^[^a]$',
    '^a|b$',
    'é',
    '\\bx\\b',
    '[\\]\\-a]',
    '^$',
    '^(?:ab?)+?$',
    '^(?<x>a)\\.\\/$',
    '\\u00e9',
    '[-a]',
    '[a-]',
    '^\\W$',
    'a$\\n',
  ];
  const texts = [
    'ABC',
    'ABC\n',
    'abc',
    'a\nc',
    'a\u2028c',
    '😀',
    'x',
    ' ',
    '\u00a0',
    '\ufeff',
    '',
    'é',
    '-',
    ']',
    'a./',
    'aab',
    'x y',
    '\ue000',
    "it's",
  ];
  expect(await disagreements(patterns.flatMap((pattern) => texts.map((text) => [pattern, text] as const)))).toEqual([]);
});

const char = fc.constantFrom(
  'a',
  'b',
  'é',
  '\\d',
  '\\w',
  '\\s',
  '\\S',
  '.',
  '[a-c]',
  '[^a]',
  '[^\\s\\d]',
  '\\.',
  ' ',
  '😀',
  '\\D',
);
const pattern = fc.letrec<{ term: string; all: string }>((tie) => ({
  term: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    char,
    fc.tuple(char, fc.constantFrom('*', '+', '?', '{2}', '{1,}', '{0,2}', '+?')).map((parts) => parts.join('')),
    fc
      .tuple(tie('all'), fc.constantFrom('', '*', '+', '{2}'))
      .map(([inner, quantifier]) => `(?:${inner})${quantifier}`),
    fc.constantFrom('^', '$', '\\b'),
  ),
  all: fc
    .array(tie('term'), { minLength: 1, maxLength: 4 })
    .chain((terms) => fc.constantFrom(terms.join(''), terms.join('|'))),
})).all;
const text = fc.string({
  unit: fc.constantFrom('a', 'b', 'c', 'é', '1', ' ', '\n', '😀', '.', '\u2028', '_'),
  maxLength: 6,
});

test('whatever is translated matches what JavaScript matches', async () => {
  const pairs = fc.array(fc.tuple(pattern, text), { minLength: 60, maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(pairs, async (given) => {
      expect(await disagreements(given)).toEqual([]);
    }),
    { numRuns: 30, seed: 7 },
  );
});

test.each([
  '(?=a)',
  '(?<!a)b',
  '(a)\\1',
  'a{1001}',
  '(?:a{100}){20}',
  '[^]',
  '[]',
  '(',
  '\\p{L}',
  '\\cA',
  'a{,3}',
  '😀',
  '[😀]',
  '(?i:a)',
  '\\_',
])('/%s/ is refused', (refused) => {
  expect(ecmaPattern(refused)).toHaveProperty('refused');
});
