import { afterEach, beforeEach, expect, test } from 'vitest';
import { sayToAlerts } from '../../monitoring/sayToAlerts.ts';
import { alertNews } from '../../workers/alertNews.ts';
import { type AlertWorkbench, lookAt, openAlertWorkbench, pipeline, stale } from './fixture.ts';

let bench: AlertWorkbench;
beforeEach(async () => {
  bench = await openAlertWorkbench({ ...stale, after: 2 });
});
afterEach(() => bench.close());

test('the console is told what fires and what is over, from now on, and not what is counted', async () => {
  const news = alertNews(bench.store);
  for (const index of [0, 1]) await bench.look(index, { tables: 'off' });
  expect(await news(pipeline)).toEqual([]);
  const word = { alert: 'stale', who: 'ana', why: 'looking' };
  await sayToAlerts(bench.store, pipeline, 'acknowledge', word, Date.parse(lookAt(1)));
  await bench.look(2, { tables: 'fine' });
  expect(await news(pipeline)).toEqual([
    'flight-delays alert 1 acknowledged: looking',
    'flight-delays alert 1 resolved: stale: fine again: tables',
  ]);
  await bench.look(3, { tables: 'off' });
  expect(await news(pipeline)).toEqual([]);
});
