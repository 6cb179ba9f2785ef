import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from '../../datasets/database.ts';
import { validateFile } from '../../datasets/partitions/validateFile.ts';
import { localDisk } from '../../storage/localDisk.ts';
import { loadCatalogue } from '../../workers/catalogue.ts';
import { codeBlock, root } from './codeBlocks.ts';

const guide = 'docs/guide.md';
let folder: string;

/** Below the repository, so that `whetstone` and `zod` are found, in a folder that git ignores. */
beforeAll(() => {
  mkdirSync(join(root, '.whet'), { recursive: true });
  folder = mkdtempSync(join(root, '.whet', 'guide-'));
  for (const file of ['make-payments.mjs', 'pipelines/disputes.ts']) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), codeBlock(guide, file));
  }
  execFileSync(process.execPath, ['make-payments.mjs'], { cwd: folder });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the guide's pipeline loads", async () => {
  const plans = await loadCatalogue(folder);
  expect([...plans.keys()]).toEqual(['disputes']);
  expect(plans.get('disputes')?.features.map(({ name }) => name)).toContain('shopLately');
});

test("the guide's pipeline compiles under the strict settings", () => {
  const settings = { extends: '../../tsconfig.json', include: ['pipelines/*.ts'], exclude: [] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
  expect([status, stdout]).toEqual([0, '']);
});

test("the guide's data keeps to its contract, but for the bad rows that the guide shows", async () => {
  const contract = (await loadCatalogue(folder)).get('disputes')?.contract;
  if (contract === undefined) throw new Error('no contract');
  const database = await openDatabase({ threads: 2, memoryLimitMb: 512, temporaryFolder: folder });
  try {
    const ports = { store: localDisk(join(folder, 'store')), database, folder };
    const report = await validateFile(ports, contract, join(folder, 'data/payments.csv'));
    expect(report).toMatchObject({ rows: 14_400, quarantined: 3, withinBudget: true, undated: 0 });
    expect(report.rules.map(({ rule }) => rule).sort()).toEqual([
      'amount.atMost.limit',
      'amount.moreThan',
      'country.pattern',
      'disputed.type',
    ]);
  } finally {
    database.close();
  }
});

test('`whet validate` prints what the guide shows', () => {
  const args = [join(root, 'cli/whet.ts'), 'validate', 'payments', 'data/payments.csv'];
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  expect([status, stdout]).toEqual([0, codeBlock(guide, 'validate')]);
});
