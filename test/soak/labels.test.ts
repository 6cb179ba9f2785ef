import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { labelsSoak } from '../../bench/soak/labels/labelsSoak.ts';

test('labels of every kind are counted once each, though the command that sends them is killed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'whet-soak-'));
  try {
    const { labels, answers, storedAtKill, steps, violations } = await labelsSoak({
      folder,
      rows: 1_000,
      report: () => {},
    });
    expect(violations).toEqual([]);
    expect([labels, answers, steps.length]).toEqual([1_000, 900, 5]);
    expect(storedAtKill).toBeLessThanOrEqual(labels);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 60_000);
