import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CatalogueEntry, catalogue } from '../core/errors.ts';

/**
 * Writes the catalogue of core/errors.ts into docs/errors.md and keeps its prose. Each table stands between
 * `<!-- codes: pipeline feature -->` and `<!-- /codes -->`, which name the first words of the codes that it holds;
 * `<!-- codes: * -->` takes the codes that no other table names.
 */
const path = join(import.meta.dirname, '../docs/errors.md');
const document = readFileSync(path, 'utf8');
const block = /<!-- codes: ([a-z* ]+) -->[\s\S]*?<!-- \/codes -->/g;
const named = [...document.matchAll(block)].flatMap(([, words = '']) => words.split(' '));

const written = document.replace(block, (_, words: string) => {
  const codes = Object.keys(catalogue).filter((code) => belongs(code, words.split(' ')));
  return [`<!-- codes: ${words} -->`, '', ...tableOf(codes), '', '<!-- /codes -->'].join('\n');
});
writeFileSync(path, written);
process.stdout.write(`docs/errors.md: ${Object.keys(catalogue).length} codes\n`);

function belongs(code: string, words: readonly string[]): boolean {
  const word = code.slice(0, code.indexOf('.'));
  return words.includes('*') ? !named.includes(word) : words.includes(word);
}

function tableOf(codes: readonly string[]): string[] {
  if (codes.length === 0) return ['None at present.'];
  const rows = Object.entries(catalogue as Record<string, CatalogueEntry>)
    .filter(([code]) => codes.includes(code))
    .map(([code, { outcome, http, exit, todo }]) => `| \`${code}\` | ${outcome} | ${http} | ${exit} | ${todo} |`);
  return ['| Code | Outcome | HTTP | Exit | What to do |', '|---|---|---|---|---|', ...rows];
}
