import { expect, test, vi } from 'vitest';
import { lastRunRecords } from '../../activities/runRecords.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { sealedJson } from '../../storage/sealedJson.ts';

test('of many runs those of the newest hours are read, until there are enough that are wanted', async () => {
  const hours = Array.from({ length: 12 }, (_, at) => `2001-03-15T${String(at).padStart(2, '0')}`);
  const keys = hours.map((hour) => `runs/p/${hour}/1.json`);
  const read = vi.fn(async (key: string) => {
    const run = key.slice('runs/'.length, -'.json'.length);
    return { etag: '', bytes: sealedJson({ run, asOf: run.split('/')[1], endedAt: run }) };
  });
  const store = { list: async () => keys, read } as unknown as ObjectStore;
  const isEven = ({ asOf }: { asOf: string }) => Number(asOf.slice(-2)) % 2 === 0;
  const found = await lastRunRecords(store, 'p', isEven, 3);
  expect(found.map(({ asOf }) => asOf)).toEqual(['2001-03-15T06', '2001-03-15T08', '2001-03-15T10']);
  expect(read).toHaveBeenCalledTimes(6);
});
