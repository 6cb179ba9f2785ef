import { afterAll, beforeAll, expect, test } from 'vitest';
import { liveFeatures } from '../../monitoring/liveFeatures.ts';
import { atMs, type WatchedFlights, watchedFlights } from './watchedFlights.ts';

let flights: WatchedFlights;
beforeAll(async () => {
  flights = await watchedFlights();
});
afterAll(() => flights.ports.remove());

test('logged rows have the features that training computes of them, by the graph that serves', async () => {
  const drawn = await flights.drawn(500, 1);
  const logged = await (await flights.seen(drawn)).rows(0, atMs);
  const live = await liveFeatures(flights.ports, flights.package, logged ?? '');
  expect(live.rows).toBe(500);
  expect(live.categories).toEqual(drawn.categories);
  const differences = live.numeric.map((value, at) => Math.abs(value - (drawn.numeric[at] ?? Number.NaN)));
  expect(Math.max(...differences)).toBeLessThan(1e-6);
});

test('of no rows there are none', async () => {
  const logged = await (await flights.seen(await flights.drawn(1, 1))).rows(0, 1);
  expect(await liveFeatures(flights.ports, flights.package, logged ?? '')).toMatchObject({ rows: 0 });
});
