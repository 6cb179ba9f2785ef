import { afterAll, beforeAll, expect, test } from 'vitest';
import { inTurn } from '../../datasets/partitions/inTurn.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

let bench: Workbench;
beforeAll(async () => {
  bench = await openWorkbench();
});
afterAll(() => bench.close());

test('two work at once, the others in the order in which they asked, also after one that failed', async () => {
  const said: string[] = [];
  let working = 0;
  let most = 0;
  const work = (name: string, fails = false) =>
    inTurn(bench.database, async () => {
      working += 1;
      most = Math.max(most, working);
      said.push(name);
      await bench.database.run('SELECT 1');
      working -= 1;
      if (fails) throw new Error(name);
      return name;
    });
  const names = ['a', 'b', 'c', 'd', 'e'];
  const ended = await Promise.allSettled(names.map((name) => work(name, name === 'a' || name === 'c')));
  expect(ended.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
  expect([most, said]).toEqual([2, names]);
  expect(await work('f')).toBe('f');
});
