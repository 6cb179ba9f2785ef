import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { defaultRetention, parseRetention } from '../../core/retention.ts';
import { codeBlocks, root } from './codeBlocks.ts';

const document = 'docs/operations.md';

test('the retention.json that is shown is one', () => {
  const shown = codeBlocks(document).find(({ language, text }) => language === 'json' && text.includes('"keep"'));
  expect(parseRetention(JSON.parse(shown?.text ?? '')).mostBytes).toEqual({ predictions: 20e9 });
});

test('the table of what is kept shows the defaults', () => {
  const rows = [
    ...readFileSync(join(root, document), 'utf8').matchAll(/^\| `(grace|newestRuns|keep\.\w+)` \| `([^`]+)` \|/gm),
  ];
  const keep = rows
    .filter(([, name = '']) => name.startsWith('keep.'))
    .map(([, name = '', value]) => [name.slice(5), value]);
  const one = (name: string) => rows.find((row) => row[1] === name)?.[2];
  const shown = { grace: one('grace'), newestRuns: Number(one('newestRuns')), keep: Object.fromEntries(keep) };
  expect(parseRetention(shown, { graceMs: 0, newestRuns: 0, keepMs: {} as never, mostBytes: {} })).toEqual(
    defaultRetention,
  );
});
