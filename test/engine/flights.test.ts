import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { RunRecord } from '../../core/run.ts';

const root = resolve(import.meta.dirname, '../..');
const state = mkdtempSync(join(tmpdir(), 'whet-flights-'));
afterAll(() => rmSync(state, { recursive: true, force: true }));

/** What `npm start -- --once` does, on the whole of the demo. */
test('the demo is searched, judged, promoted and served, as well as the data allows and no better', () => {
  const args = ['cli/whet.ts', 'up', '--retrain', 'flight-delays', '--as-of', '2001-03-15T12', '--once', '--json'];
  const ended = spawnSync(process.execPath, args, {
    cwd: root,
    env: { ...process.env, WHET_STATE: state },
    encoding: 'utf8',
  });
  expect([ended.status, ended.stderr]).toEqual([0, expect.stringContaining('version 1 promoted: the gate passed')]);
  const { record, serving }: { record: RunRecord; serving: string } = JSON.parse(ended.stdout);
  expect(serving).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(record.rows).toEqual({ read: 276_832, quarantined: 1 });
  expect(record.trials?.total).toBe(21 + 7 + 3 + 1);
  // scikit-learn on the same hourly tables: 0.73 (MLP), 0.68 (logistic). Above 0.75 the future leaks.
  const auc = record.scorecard?.metrics.auc?.value ?? 0;
  expect(auc).toBeGreaterThanOrEqual(0.71);
  expect(auc).toBeLessThan(0.75);
});
