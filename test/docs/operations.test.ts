import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { alertExamples } from '../../core/alertWords.ts';
import { checkApprovalInput, checkPauseInput, checkPersonInput, releaseWords } from '../../core/releaseMessages.ts';
import { defaultRetention, parseRetention } from '../../core/retention.ts';
import { type ReleaseDefinition, releaseOf } from '../../words/releaseDefinition.ts';
import { codeBlocks, root } from './codeBlocks.ts';

const document = 'docs/operations.md';

test('the retention.json that is shown is one', () => {
  const shown = codeBlocks(document).find(({ language, text }) => language === 'json' && text.includes('"keep"'));
  expect(parseRetention(JSON.parse(shown?.text ?? '')).mostBytes).toEqual({ predictions: 20e9 });
});

test('the objects that are shown for a release are taken by it, and each of its words is shown', () => {
  const text = readFileSync(join(root, document), 'utf8');
  const shown = [...text.matchAll(/^\| (`\w+`(?:, `\w+`)*) \| `(\{"[^`]+\})`/gm)].flatMap(
    ([, words = '', object = '']) =>
      words.split(', ').map((word) => [word.replaceAll('`', ''), JSON.parse(object)] as const),
  );
  // How requests are shared is told in serving.md.
  const words = releaseWords.filter((word: string) => word !== 'traffic');
  expect(shown.map(([word]) => word).sort()).toEqual(words.sort());
  for (const [word, object] of shown) {
    if (word === 'approve') checkApprovalInput(object);
    else if (word === 'pause' || word === 'resume') checkPauseInput(object);
    else checkPersonInput(object, { needsVersion: word !== 'rollback' });
  }
});

test('the objects that are shown for alerts are those of each word', () => {
  const text = readFileSync(join(root, document), 'utf8');
  const shown = [...text.matchAll(/^\| `POST \/alerts\/[^/]+\/(\w+)` \| `(\{[^`]+\})`/gm)];
  expect(Object.fromEntries(shown.map(([, word, object]) => [word, object]))).toEqual(alertExamples);
});

test('the approvals that are shown make a plan', () => {
  const block = codeBlocks(document).find(({ language, text }) => language === 'ts' && text.includes('approvals'));
  const { release } = new Function(`return { ${block?.text} }`)() as { release: ReleaseDefinition };
  expect(releaseOf(release, document).approvals.map(({ role }) => role)).toEqual(['risk', 'owner']);
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
