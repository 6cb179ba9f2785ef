import { describe, expect, test } from 'vitest';
import { checkTraffic } from '../../core/checkTraffic.ts';
import { WhetError } from '../../core/errors.ts';

const isNumber = (value: unknown): value is number => Number.isSafeInteger(value);
const canary = { version: 3, weight: 0.05, shadow: 1 };
const good = {
  variants: { challenger: canary, decoy: { version: 2, weight: 0, shadow: 0.1 } },
  rules: [{ when: { country: 'DE' }, variant: 'challenger' }],
  stickyBy: 'customer',
  fallback: ['challenger', 'champion'],
  deadlineMs: 20,
};

describe('checkTraffic', () => {
  test('takes what it gives', () => {
    expect(checkTraffic(good, isNumber)).toEqual(good);
    const { stickyBy: _, ...unsticky } = good;
    expect(checkTraffic(unsticky, isNumber)).toEqual(unsticky);
  });

  test.each<[string, Record<string, unknown>, RegExp]>([
    ['a variant called champion', { variants: { champion: canary } }, /none of them 'champion'/],
    ['a name with a space', { variants: { 'a b': canary } }, /small letters/],
    ['no version', { variants: { a: { weight: 0, shadow: 0 } }, rules: [], fallback: [] }, /a version in variants\.a/],
    ['a weight above 1', { variants: { challenger: { ...canary, weight: 1.5 } } }, /a share from 0 to 1.*1\.5/],
    ['a shadow that is no number', { variants: { challenger: { ...canary, shadow: 'all' } } }, /shadow.*"all"/],
    [
      'weights above 1 in all',
      { variants: { challenger: { ...canary, weight: 0.6 }, b: { ...canary, weight: 0.6 } } },
      /1\.2/,
    ],
    ['a decoy that answers', { variants: { ...good.variants, decoy: canary } }, /'decoy', which never answers/],
    [
      'a rule that names a decoy',
      { rules: [{ when: { a: 'b' }, variant: 'decoy' }] },
      /one of champion, challenger in/,
    ],
    ['a rule that fits all', { rules: [{ when: {}, variant: 'champion' }] }, /every request would fit/],
    ['a rule on a number', { rules: [{ when: { tier: 1 }, variant: 'champion' }] }, /text in rules\[0\]\.when\.tier/],
    ['a fallback that is not there', { fallback: ['chalenger'] }, /did you mean 'challenger'/],
    ['a fallback twice', { fallback: ['champion', 'champion'] }, /each name once/],
    ['capital letters in metadata', { stickyBy: 'customerId' }, /small letters.*stickyBy/],
    ['no deadline', { deadlineMs: undefined }, /deadlineMs from 1 to 60000/],
    ['an endless deadline', { deadlineMs: Number.POSITIVE_INFINITY }, /deadlineMs/],
    ['a misspelt key', { stickBy: 'customer' }, /'stickBy' \(did you mean 'stickyBy'\?\)/],
    ['a list of variants', { variants: [canary] }, /an object in variants/],
  ])('refuses %s', (_, change, text) => {
    const refused = () => checkTraffic({ ...good, ...change }, isNumber);
    expect(refused).toThrow(WhetError);
    expect(refused).toThrow(text);
  });
});
