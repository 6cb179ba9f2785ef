import { expect, test } from 'vitest';
import type { LedgerEvent, VersionRecord } from '../../core/ledger.ts';
import { eventText, trafficText, versionIn } from '../../core/ledgerText.ts';
import type { Traffic } from '../../core/routing.ts';

const traffic: Traffic<number> = {
  variants: {
    challenger: { version: 3, weight: 0.05, shadow: 1 },
    decoy: { version: 1, weight: 0, shadow: 0.333_333 },
    idle: { version: 2, weight: 0, shadow: 0 },
  },
  rules: [{ when: { country: 'NO' }, variant: 'challenger' }],
  fallback: [],
  deadlineMs: 20,
};

test.each<[LedgerEvent, string, number | undefined]>([
  [{ kind: 'promoted', version: 3 }, 'version 3 promoted', 3],
  [{ kind: 'rolled back', version: 1 }, 'rolled back to version 1', 1],
  [
    { kind: 'approved', version: 3, role: 'risk', package: 'p', expires: '2001-03-18T12:00:00Z' },
    'version 3 approved as risk',
    3,
  ],
  [
    { kind: 'registered', record: { version: 4, refresh: { of: 3, weights: 2 } } as VersionRecord },
    'version 4 registered as a refresh of version 3',
    4,
  ],
  [{ kind: 'paused' }, 'releases paused', undefined],
  [{ kind: 'traffic changed', version: 3, traffic: null }, 'version 3 traffic changed: the champion answers all', 3],
])('an event is told in words: %j', (event, text, version) => {
  expect(eventText(event)).toBe(text);
  expect(versionIn(event)).toBe(version);
});

test('traffic is told in words', () => {
  expect(trafficText(traffic)).toBe(
    'challenger (version 3) answers 5 % and scores 100 % on the side, decoy (version 1) scores 33.33 % on the side, ' +
      'idle (version 2) answers nothing, 1 rule',
  );
});
