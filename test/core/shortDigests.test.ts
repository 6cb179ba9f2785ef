import { expect, test } from 'vitest';
import { shortDigests } from '../../core/shortDigests.ts';

test('digests alone are cut, wherever they stand', () => {
  const digest = '0123456789abcdef'.repeat(4);
  expect(shortDigests(`sn1-${digest}, objects/${digest} and "${digest}"`)).toBe(
    'sn1-0123456789ab, objects/0123456789ab and "0123456789ab"',
  );
  for (const other of ['2001-03-15T12', digest.slice(1), `${digest}0`]) expect(shortDigests(other)).toBe(other);
});
