import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BacktestReport } from '../../core/backtest.ts';
import { root } from '../docs/codeBlocks.ts';
import { openWorkshop, type Workshop } from './workshop.ts';

/** Four hours of the small pipeline, under its own gate and under one that lets nothing pass after the first. */
describe('whet backtest', () => {
  const asked = ['backtest', 'small-flights', '--from', '2001-03-15T12:00:00Z', '--hours', '4'];
  const options = ['--retrain-every', '2h,never', '--refresh-every', '1h', '--gate', 'stricter.ts', '--json'];
  let workshop: Workshop;
  let found: BacktestReport;
  let said: string;
  beforeAll(async () => {
    workshop = await openWorkshop();
    const rules = `import { auc } from '${root}/index.ts';\nexport const gate = [auc.noWorseThanChampion({ by: -0.5 })];\n`;
    await writeFile(join(workshop.folder, 'stricter.ts'), rules);
    await writeFile(join(workshop.folder, 'pipelines/small.ts'), watchedPipeline());
    const { code, stdout, stderr } = await workshop.whet(...asked, ...options, '--out', join(workshop.folder, 'out'));
    if (code !== 0) throw new Error(stderr);
    [found, said] = [JSON.parse(stdout), stderr];
  });
  afterAll(() => workshop.close());

  test('tells of each cadence what it would have done, and how good its answers would have been', () => {
    const counts = Object.entries(found.cadences).map(([name, { retrains, refreshes, promotions, rejections }]) => [
      name,
      { retrains, refreshes, settled: promotions + rejections },
    ]);
    expect(Object.fromEntries(counts)).toEqual({
      '2h': { retrains: 2, refreshes: 0, settled: 2 },
      never: { retrains: 1, refreshes: 0, settled: 1 },
      'refresh 1h': { retrains: 1, refreshes: 3, settled: 4 },
    });
    for (const { auc, seconds, served } of Object.values(found.cadences)) {
      expect(auc).toBeGreaterThan(0.55);
      expect(seconds).toBeGreaterThan(0);
      expect(served.map(({ rows }) => rows > 100)).toEqual([true, true, true, true]);
    }
    expect(found.cadences.never?.served.map(({ age }) => age)).toEqual([0, 1, 2, 3]);
    expect(found.cadences['refresh 1h']?.served.map(({ age }) => age)).toEqual([0, 0, 0, 0]);
  });

  test('judges decay where a model was made at the very hour', () => {
    expect(found.ages.map(({ hours }) => hours)).toEqual([0, 2]);
    expect(found.decay[0]).toMatchObject({ fromHours: 0, toHours: 1, auc: 0 });
    expect(found.decay[1]).toMatchObject({ fromHours: 1, toHours: 3, rows: found.cadences.never?.served[2]?.rows });
    expect(found.halfLifeHours).toBeNull();
    expect(found.recommendedInterval.text).toContain('too little to say');
  });

  test('replays the same history under other rules, against the champions that would have been', () => {
    expect(found.gate?.rules).toHaveLength(1);
    const turns = found.gate?.cadences['2h']?.turns ?? [];
    expect(turns.map(({ outcome, version }) => [outcome, version])).toEqual([
      ['promoted', 1],
      ['rejected', 2],
    ]);
    expect(found.gate?.cadences['2h']?.served.map(({ version }) => version)).toEqual([1, 1, 1, 1]);
  });

  test('looks back at the end of each hour, and fires and resolves alerts as the watch would have', () => {
    const looks = found.cadences['2h']?.looks ?? [];
    expect(looks.map(({ at, off }) => [at.slice(0, 13), off.length])).toEqual([
      ['2001-03-15T13', 0],
      ['2001-03-15T14', 1],
      ['2001-03-15T15', 0],
      ['2001-03-15T16', 1],
    ]);
    const alerts = found.cadences['2h']?.alerts.map(({ firedAt, resolvedAt }) => [firedAt, resolvedAt]);
    expect(alerts).toEqual([
      ['2001-03-15T14:00:00.000Z', '2001-03-15T15:00:00.000Z'],
      ['2001-03-15T16:00:00.000Z', null],
    ]);
    expect(found.cadences.never?.alerts).toMatchObject([{ rule: 'old', severity: 'note', resolvedAt: null }]);
    expect(found.cadences['refresh 1h']?.alerts).toEqual([]);
  });

  test('leaves nothing real behind: no version, run, look, alert or snapshot that others would take for theirs', async () => {
    for (const prefix of ['models/', 'runs/', 'serving/', 'looks/', 'alerts/', 'predictions/', 'retrainings/'])
      expect([prefix, await workshop.store.list(prefix)]).toEqual([prefix, []]);
    expect(await workshop.store.has('datasets/flights/latest.json')).toBe(false);
  });

  test('writes one page that asks for nothing else', async () => {
    const page = await readFile(join(workshop.folder, 'out/report.html'), 'utf8');
    expect(page).toContain('small-flights: 4 hours from 2001-03-15T12, replayed');
    expect(page.match(/<svg/g)).toHaveLength(4);
    expect(page).not.toMatch(/<script|src=|href="http|@import/);
    expect(JSON.parse(await readFile(join(workshop.folder, 'out/report.json'), 'utf8'))).toEqual(found);
    expect(said).toContain('hour 4 of 4');
  });

  test('typed again does nothing twice, and says the same', async () => {
    const before = await workshop.store.list('backtests/');
    const { stdout } = await workshop.whet(...asked, ...options);
    expect(JSON.parse(stdout)).toEqual(found);
    expect(await workshop.store.list('backtests/')).toEqual(before);
  });
});

/** Whose tables may be an hour and a half old. */
function watchedPipeline(): string {
  const staleness = { id: 'staleness', kind: 'staleness', overMs: 3_600_000, leastRows: 1, atMostMs: 5_400_000 };
  const alerts = [{ name: 'old', on: ['staleness'], severity: 'note', after: 1, until: 1 }];
  const watch = { everyMs: 3_600_000, falseAlarms: 0.01, monitors: [staleness], alerts, receivers: [] };
  return `import { smallFlights } from '${root}/test/pipelines/smallFlights.ts';
const { plan } = smallFlights();
export const small = { plan: { ...plan, watch: ${JSON.stringify(watch)} } };\n`;
}
