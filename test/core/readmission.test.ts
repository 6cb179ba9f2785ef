import { expect, test } from 'vitest';
import { effectiveMoves, movesOf, type Readmission, sourceVersion } from '../../core/readmission.ts';

const record = (n: number, moves: Readmission['moves']): Readmission => {
  return { n, at: '', by: '', why: '', file: '', contract: '', object: `object ${n}`, moves };
};
const version = sourceVersion({ rows: 3, hash: 'h' });
const own = (hour: string, source = version) => ({ from: hour, source, to: hour, rows: 1 });
const intoHour = (to: string) => ({ from: 'undated', source: version, to, rows: 1 });

test('a move holds for the version of the rows that it was made for, and for no other', () => {
  const records = [record(1, [own('a'), own('b', 'another')]), record(2, [own('c')])];
  const has = (hour: string) => (hour === 'c' ? undefined : version);
  expect(effectiveMoves(records, has)).toEqual([{ ...own('a'), record: 1, object: 'object 1' }]);
});

test("a partition is decided by the moves from it and to it, and by all others of the same rows' hour", () => {
  const records = [record(1, [own('a'), intoHour('b')]), record(2, [intoHour('c')])];
  const moves = effectiveMoves(records, () => version);
  const decided = (hour: string) => movesOf(hour, moves).map(({ from, to }) => `${from} ${to}`);
  expect(decided('a')).toEqual(['a a']);
  // A later record may have taken a row of b to c.
  expect(decided('b')).toEqual(['undated b', 'undated c']);
  expect(decided('undated')).toEqual(['undated b', 'undated c']);
  expect(decided('d')).toEqual([]);
});
