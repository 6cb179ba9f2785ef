import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { notedOf, notedText } from '../../core/note.ts';
import { appendNote, readNotes } from '../../registry/notes.ts';
import { localDisk } from '../../storage/localDisk.ts';
import { kindOf } from '../../upkeep/storedKind.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whet-notes-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const by = { who: 'ana', at: '2026-01-31T09:00:00.000Z' };

test('all that many write at once is kept, each under a number of its own', async () => {
  const store = localDisk(join(folder, 'many'));
  const texts = Array.from({ length: 12 }, (_, index) => `note ${index}`);
  const written = await Promise.all(
    texts.map((text) => appendNote(store, 'p', { about: { version: 1 }, text, ...by })),
  );
  const kept = await readNotes(store, 'p');
  expect(kept.map(({ n }) => n)).toEqual(texts.map((_, index) => index + 1));
  expect(kept.map(({ text }) => text).toSorted()).toEqual(texts.toSorted());
  expect(written.toSorted((a, b) => a.n - b.n)).toEqual(kept);
  expect((await store.list('')).map(kindOf)).toEqual(Array(12).fill('note'));
});

test('tags are put on and taken off, notes stay, and each version and run has its own', async () => {
  const store = localDisk(join(folder, 'own'));
  const run = 'p/2001-03-15T12/1';
  for (const note of [
    { about: { version: 3 }, tags: ['audited', 'slow'] },
    { about: { run }, tags: ['a bad day'] },
    { about: { version: 3 }, untag: ['slow'], text: 'as shown in March' },
    { about: { version: 4 }, text: 'of another' },
  ])
    await appendNote(store, 'p', { ...note, ...by });
  const records = await readNotes(store, 'p');
  expect(notedOf(records, { version: 3 })).toEqual({
    tags: ['audited'],
    notes: [{ text: 'as shown in March', ...by }],
  });
  expect(notedText(notedOf(records, { version: 3 }))).toBe('audited; as shown in March (ana)');
  expect(notedOf(records, { run })).toEqual({ tags: ['a bad day'], notes: [] });
  expect(notedText(notedOf(records, { version: 9 }))).toBe('');
});
