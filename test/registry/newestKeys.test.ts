import { expect, test, vi } from 'vitest';
import { newestKeys } from '../../registry/newestKeys.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';

const held = ['2000-12-31T23-00', '2001-03-01T12-00', '2001-03-15T11-00', '2001-03-15T12-00'];
const nowMs = Date.parse('2001-03-15T12:30:00Z');

test.each([
  [2, held.slice(2), ['f/2001-03-15']],
  [3, held.slice(1), ['f/2001-03-15', 'f/2001-03']],
  [9, held, ['f/2001-03-15', 'f/2001-03', 'f/']],
])('the %i newest are found with as short a list as does', async (count, found, listed) => {
  const list = vi.fn(async (start: string) => held.map((name) => `f/${name}`).filter((key) => key.startsWith(start)));
  expect(await newestKeys({ list } as unknown as ObjectStore, 'f/', count, nowMs)).toEqual(
    found.map((name) => `f/${name}`),
  );
  expect(list.mock.calls.flat()).toEqual(listed);
});
