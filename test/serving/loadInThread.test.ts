import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ModelPackage } from '../../core/modelPackage.ts';
import { loadPackage } from '../../models/scorers/loadPackage.ts';
import type { ScorerColumns } from '../../models/scorers/scorer.ts';
import { loadInThread } from '../../serving/loadInThread.ts';
import { getObjectJson, putObjectJson } from '../../storage/objects.ts';
import { openWorkbench, putVersion, type Workbench } from './fixture.ts';

describe('a package in a thread of its own', () => {
  let bench: Workbench;
  let packageId: string;
  beforeAll(async () => {
    bench = await openWorkbench();
    packageId = (await putVersion(bench.store, 3)).package;
  });
  afterAll(() => bench.close());

  const flights = (rows: number): ScorerColumns => {
    const all = Array.from({ length: rows }, (_, row) => row);
    const origin = all.map((row) => (row % 2 === 0 ? 'ORD' : 'LAX'));
    const columns = {
      date: all.map((row) => row * 3_600_000),
      destination: all.map(() => 'JFK'),
      distance: all,
      origin,
    };
    return { rows, columns };
  };

  test('gives the scores that it gives in this one, of whatever is asked for at once', async () => {
    const { package: made, scorer } = await loadInThread(bench.store, packageId);
    const here = await loadPackage(bench.store, packageId);
    expect([made, scorer.kind, scorer.inputs]).toEqual([here.package, here.scorer.kind, here.scorer.inputs]);
    const sizes = [1, 40, 2, 1, 300];
    const [there, own] = await Promise.all(
      [scorer, here.scorer].map((each) => Promise.all(sizes.map((rows) => each.score(flights(rows))))),
    );
    expect(there).toEqual(own);
    const last = scorer.score(flights(5));
    const released = scorer.release();
    expect(await last).toHaveLength(5);
    await Promise.all([released, here.scorer.release()]);
    await expect(scorer.score(flights(1))).rejects.toMatchObject({ code: 'variant.died' });
  });

  test('throws what the scorer throws, for the request that it is about alone', async () => {
    const { scorer } = await loadInThread(bench.store, packageId);
    const { columns } = flights(1);
    const [good, bad] = await Promise.allSettled([
      scorer.score(flights(1)),
      scorer.score({ rows: 1, columns: { ...columns, distance: ['far'] } }),
    ]);
    expect([good?.status, bad]).toMatchObject(['fulfilled', { reason: { code: 'input.invalid' } }]);
    await scorer.release();
  });

  test('is refused with what loading says', async () => {
    const made = await getObjectJson<ModelPackage>(bench.store, packageId);
    const golden = { ...made.golden, scores: made.golden.scores.map((score) => score / 2) };
    const other = await putObjectJson(bench.store, { ...made, golden });
    await expect(loadInThread(bench.store, other)).rejects.toMatchObject({ code: 'package.parity-failed' });
    await expect(loadInThread(bench.store, 'none')).rejects.toMatchObject({ code: 'storage.missing' });
  });
});
