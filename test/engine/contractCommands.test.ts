import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keepPlan } from '../../activities/planOf.ts';
import { keepRunRecord } from '../../activities/runRecords.ts';
import { loadCatalogue } from '../../workers/catalogue.ts';
import { openWorkshop, type Workshop } from './workshop.ts';

const weather = join(import.meta.dirname, '../../node_modules/vega-datasets/data/seattle-weather.csv');

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
  await cp(weather, join(workshop.folder, 'weather.csv'));
});
afterAll(() => workshop.close());

test('a contract is inferred from a file, written once, and every row of the file keeps to it', async () => {
  const infer = () => workshop.whet('contract', 'infer', 'weather.csv', '--to', 'pipelines/weather.ts');
  expect(await infer()).toMatchObject({ code: 0, stdout: '' });
  const again = await infer();
  expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('a file that is not there yet')]);
  const { code, stdout } = await workshop.whet('validate', 'weather', 'weather.csv', '--json');
  expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ rows: 1461, quarantined: 0 })]);
});

test('what changed since the last run is told, and a version that is too low fails the check', async () => {
  const plan = (await loadCatalogue(workshop.folder)).get('small-flights');
  if (plan === undefined) throw new Error('no pipeline');
  const [delay] = plan.contract.columns.filter(({ name }) => name === 'delay');
  const looser = { ...plan.contract, columns: plan.contract.columns.filter((column) => column !== delay) };
  const endedAt = '2001-03-15T12:00:00Z';
  const planId = await keepPlan(workshop.store, { ...plan, contract: looser });
  const told = { status: 'judged', why: 'a test', workflow: 'w', startedAt: endedAt, endedAt, stages: [] } as const;
  await keepRunRecord(workshop.store, { pipeline: 'small-flights', asOf: '2001-03-15T12', plan: planId, ...told });
  const { code, stdout } = await workshop.whet('contract', 'diff', 'flights', '--json');
  expect([code, JSON.parse(stdout)]).toMatchObject([
    0,
    {
      from: 'small-flights/2001-03-15T12/1',
      level: 'major',
      versions: { before: '1.0.0', now: '1.0.0', asked: '2.0.0' },
      changes: [{ level: 'major', what: "column 'delay' is new, and must not be null" }],
    },
  ]);
  const checked = await workshop.whet('contract', 'diff', 'flights', '--check');
  expect([checked.code, checked.stderr]).toEqual([4, expect.stringContaining('contract.version-too-low')]);
});

test('a contract is compared with the one of another folder', async () => {
  const other = join(workshop.folder, 'before');
  await mkdir(join(other, 'pipelines'), { recursive: true });
  const source = await readFile(join(workshop.folder, 'pipelines/weather.ts'), 'utf8');
  await writeFile(join(other, 'pipelines/weather.ts'), source.replace("'drizzle', ", ''));
  const { code, stdout } = await workshop.whet('contract', 'diff', 'weather', '--from', other);
  expect(code).toBe(0);
  expect(stdout).toContain("column 'weather' may be drizzle too");
  expect(stdout).toContain('its version should be 2.0.0');
});
