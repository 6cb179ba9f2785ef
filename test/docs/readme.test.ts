import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { codeBlock, codeBlocks, root } from './codeBlocks.ts';

const documents = ['README.md', ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })]
  .map((name) => (name === 'README.md' ? name : join('docs', name)))
  .filter((name) => name.endsWith('.md'));

test("the README shows the demo's pipeline file as it is", () => {
  const file = 'pipelines/flight-delays.ts';
  expect(codeBlock('README.md', file)).toBe(readFileSync(join(root, file), 'utf8'));
});

test.each(documents)('%s links to files that are there', (document) => {
  const links = readFileSync(join(root, document), 'utf8').matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g);
  const missing = [...links].map(([, to = '']) => to).filter((to) => !existsSync(resolve(root, dirname(document), to)));
  expect(missing).toEqual([]);
});

test.each(documents)('%s names npm scripts that are there', (document) => {
  const text = codeBlocks(document)
    .filter(({ language }) => language === 'sh')
    .map((block) => block.text)
    .join('\n');
  const run = [...text.matchAll(/npm run (?:-s )?([\w:]+)/g)].map(([, script = '']) => script);
  expect(run.filter((script) => !(script in packageJson.scripts))).toEqual([]);
});
