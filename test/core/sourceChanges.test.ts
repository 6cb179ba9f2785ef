import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sourceChanges, vanishedText } from '../../core/sourceChanges.ts';

const files = (text: string) => text.split(' ').map((part) => ({ path: part.slice(0, -1), digest: part.slice(-1) }));

test('files are added, changed and gone against those of the stage before', () => {
  const changes = sourceChanges(files('a1 b1 c1'), files('b2 c1 d1 e1'));
  expect(changes).toEqual({ files: 4, added: 2, changed: 1, vanished: ['a'], vanishedCount: 1 });
  expect(vanishedText(changes)).toBe('1 source file is gone: a');
});

test('nothing is new where no stage was before', () => {
  const changes = sourceChanges(undefined, files('a1 b1'));
  expect(changes).toEqual({ files: 2, added: 0, changed: 0, vanished: [], vanishedCount: 0 });
  expect(vanishedText(changes)).toBe('');
});

test('of many files that are gone the first few are named', () => {
  const changes = sourceChanges(files('a1 b1 c1 d1 e1 f1 g1'), files('a1'));
  expect(vanishedText(changes)).toBe('6 source files are gone: b, c, d, e, f, and 1 more');
});

test('what is alike at the beginning and the end counts for nothing, wherever lists differ', () => {
  const list = fc.uniqueArray(fc.tuple(fc.constantFrom(...'abcdefgh'), fc.constantFrom('1', '2')), {
    selector: ([path]) => path,
  });
  fc.assert(
    fc.property(list, list, (one, other) => {
      const [before, now] = [one, other].map((all) => all.map(([path, digest]) => ({ path, digest })));
      const digests = new Map(one);
      const found = sourceChanges(before, now ?? []);
      expect(found.added).toBe(other.filter(([path]) => !digests.has(path)).length);
      expect(found.changed).toBe(other.filter(([path, digest]) => (digests.get(path) ?? digest) !== digest).length);
      expect(found.vanishedCount).toBe(one.filter(([path]) => !new Map(other).has(path)).length);
    }),
  );
});
