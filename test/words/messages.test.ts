import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

// What the compiler says of a wrong pipeline file must be a sentence that a person can read.

const root = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'whet-messages-'));
let messages = '';

const file = `
import { z } from 'zod';
import { auc, category, column, contract, definePipeline, exhaustive, logistic, logLoss, number, parquet } from '${root}/index.ts';

const row = z.object({ date: z.date(), delay: z.int(), origin: z.string() });
const flights = contract('flights', { source: parquet('x'), row, eventTime: 'date' });
contract('flights', { source: parquet('x'), row, eventTime: 'delay' });
definePipeline({
  id: 'flight-delays',
  contract: flights,
  label: { name: 'late', from: column('delay').above(15), settlesAfter: '3 hours', settlesWithin: '8 hours' },
  window: { train: '14 days', validate: '1 day', test: '1 day' },
  features: { cheat: number('delay'), absent: category('orign'), wrong: number('origin') },
  search: { learners: [logistic({ l2: [0] })], maximize: auc, strategy: exhaustive({ epochs: 1 }) },
  scorecard: { metrics: [auc], slices: ['origen'] },
  gate: [logLoss.atMost(1)],
});
`;

beforeAll(() => {
  // The same packages, found from another folder.
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
  writeFileSync(join(folder, 'wrong.ts'), file);
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: strict(), include: ['wrong.ts'] }));
  const tsc = join(root, 'node_modules/.bin/tsc');
  messages = spawnSync(tsc, ['-p', folder], { encoding: 'utf8', timeout: 50_000 }).stdout;
});

afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  "'delay' is where the label comes from: a feature may not read it",
  "the contract has no column 'orign'",
  "column 'origin' has the wrong type for this feature",
  `Did you mean '"origin"'?`,
  `Type '"log loss"' is not assignable to type '"auc"'`,
  `Type '"delay"' is not assignable to type '"date"'`,
])('%s', (sentence) => {
  expect(messages).toContain(sentence);
});

test('and nothing else is said', () => {
  expect(messages.match(/^\S*wrong\.ts\(\d+/gm)).toHaveLength(6);
  expect(messages).not.toContain('exactOptionalPropertyTypes');
});

function strict(): object {
  return {
    target: 'es2024',
    module: 'nodenext',
    types: ['node'],
    strict: true,
    exactOptionalPropertyTypes: true,
    allowImportingTsExtensions: true,
    noEmit: true,
    skipLibCheck: true,
  };
}
