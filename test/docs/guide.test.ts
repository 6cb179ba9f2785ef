import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from '../../datasets/database.ts';
import { validateFile } from '../../datasets/partitions/validateFile.ts';
import { localDisk } from '../../storage/localDisk.ts';
import { requireShape } from '../../words/requireShape.ts';
import { watchOf, watchShape } from '../../words/watchDefinition.ts';
import { loadCatalogue } from '../../workers/catalogue.ts';
import { codeBlock, root } from './codeBlocks.ts';
import { guideLearner } from './learnerOfGuide.ts';

const guide = 'docs/guide.md';
let folder: string;

/** Below the repository, so that `whetstone` and `zod` are found, in a folder that git ignores. */
beforeAll(() => {
  mkdirSync(join(root, '.whet'), { recursive: true });
  folder = mkdtempSync(join(root, '.whet', 'guide-'));
  for (const file of [
    'make-payments.mjs',
    'pipelines/disputes.ts',
    'contracts/parcels.ts',
    'contracts/scorecard.ts',
    'contracts/refresh.ts',
    'contracts/alerts.ts',
    'contracts/watch.ts',
    guideLearner,
  ]) {
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

test.each(['alerts', 'watch'])('the watch of contracts/%s.ts is one', async (name) => {
  const { watch } = await import(pathToFileURL(join(folder, `contracts/${name}.ts`)).href);
  requireShape(watchShape, watch, name);
  const { monitors, alerts } = watchOf(watch, 'auc', name);
  expect(alerts.length).toBeGreaterThan(0);
  expect(monitors.map(({ id }) => id)).toContain('shops');
});

test("the guide's files compile under the strict settings", () => {
  const settings = {
    extends: '../../tsconfig.json',
    include: ['pipelines/*.ts', 'contracts/*.ts', 'learners/*.ts'],
    exclude: [],
  };
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

test("the guide's contract of parcels breaks as the guide says", async () => {
  const { parcels } = await import(pathToFileURL(join(folder, 'contracts/parcels.ts')).href);
  const at = (minutes: number) => new Date(Date.UTC(2025, 0, 1, 12, minutes)).toISOString();
  const good = { sent: at(0), received: at(5), status: 'on its way', deliveredAt: null, weight: 2.5, sender: 'a@b.co' };
  const parcel = (change: object) => JSON.stringify({ ...good, ...change });
  const lines = [
    parcel({ weight: '2.5', received: at(10) }),
    parcel({ weight: '' }),
    parcel({ weight: 31 }),
    parcel({ status: 'delivered' }),
    parcel({ deliveredAt: at(-1) }),
    parcel({ received: at(11) }),
    parcel({ sent: at(0), received: at(-2) }),
    parcel({ sent: at(26), received: at(26) }),
    parcel({ sender: 'nobody' }),
  ];
  writeFileSync(join(folder, 'data/parcels.ndjson'), `${lines.join('\n')}\n`);
  const database = await openDatabase({ threads: 2, memoryLimitMb: 512, temporaryFolder: folder });
  try {
    const ports = { store: localDisk(join(folder, 'store')), database, folder };
    const judgedAt = Date.UTC(2025, 0, 1, 12, 20);
    const report = await validateFile(ports, parcels.plan, 'data/parcels.ndjson', { judgedAt });
    expect(report.rules.map(({ rule, severity, rows }) => [rule, severity, rows]).sort()).toEqual([
      ['deliveredAt.atLeast.sent', 'quarantine', 1],
      ['deliveredAt.requiredWhen.status.equals.delivered', 'quarantine', 1],
      ['received.notInFuture', 'quarantine', 1],
      ['received.within.sent', 'quarantine', 2],
      ['sender.format', 'reject', 1],
      ['weight.max', 'warn', 1],
      ['weight.type', 'quarantine', 1],
    ]);
    expect([report.rows, report.quarantined, report.outcome]).toEqual([9, 7, 'rejected']);
  } finally {
    database.close();
  }
});

test('`whet validate` prints what the guide shows', () => {
  const args = [join(root, 'cli/whet.ts'), 'validate', 'payments', 'data/payments.csv'];
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  expect([status, stdout]).toEqual([0, codeBlock(guide, 'validate')]);
});
