import { describe, expect, test } from 'vitest';
import type { LedgerEntry, LedgerEvent, VersionRecord } from '../../core/ledger.ts';
import { type Aged, defaultRetention, keptVersions, parseRetention, youngEnough } from '../../core/retention.ts';

const day = 86_400_000;
const now = Date.parse('2001-03-15T00:00:00Z');

describe('a retention', () => {
  test('is as written, and by default where nothing is written', () => {
    expect(parseRetention({})).toEqual(defaultRetention);
    const own = {
      grace: '1 hour',
      newestRuns: 3,
      keep: { runs: 'for ever', trials: '2 weeks' },
      most: { predictions: '1.5 GB' },
    };
    const parsed = parseRetention(own);
    expect(parsed).toMatchObject({ graceMs: 3_600_000, newestRuns: 3, mostBytes: { predictions: 1.5e9 } });
    expect(parsed.keepMs).toEqual({ ...defaultRetention.keepMs, runs: null, trials: 14 * day });
    expect(parseRetention({ grace: '2 hours' }, parsed)).toEqual({ ...parsed, graceMs: 7_200_000 });
  });

  test.each([
    [{ keeps: {} }, "'keeps'"],
    [{ keep: { trails: '1 day' } }, "'trails' (did you mean"],
    [{ keep: { trials: 'a while' } }, 'retention.keep.trials'],
    [{ grace: 5 }, 'retention.grace'],
    [{ newestRuns: 0 }, '0'],
    [{ most: { trials: '5' } }, 'retention.most.trials'],
    [[], '[]'],
  ])('refuses %j', (written, message) => {
    expect(() => parseRetention(written)).toThrow(message);
  });
});

describe('what is young enough', () => {
  const of = (bytes: number, age: number): Aged => ({ bytes, modifiedMs: now - age });

  test('is younger than its age, which is over on the millisecond', () => {
    const retention = parseRetention({ keep: { trials: '1 day' } });
    const [young, old] = [of(1, day - 1), of(1, day)];
    expect(youngEnough([old, young], 'trials', retention, now)).toEqual([young]);
    expect(youngEnough([old], 'trials', parseRetention({ keep: { trials: 'for ever' } }), now)).toEqual([old]);
  });

  test('and the newest of these that fit', () => {
    const retention = parseRetention({ keep: { predictions: '9 days' }, most: { predictions: '1 MB' } });
    const held = [of(400_000, 3 * day), of(600_000, 2 * day), of(400_000, day), of(1, 10 * day)];
    expect(youngEnough(held, 'predictions', retention, now).map(({ bytes }) => bytes)).toEqual([400_000, 600_000]);
  });
});

describe('the versions whose packages are kept', () => {
  const entry = (n: number, event: LedgerEvent, rest: Partial<LedgerEntry>): LedgerEntry => ({
    n,
    event,
    at: new Date(now - 100 * day).toISOString(),
    who: 'test',
    why: 'test',
    previous: null,
    aliases: {},
    routing: { epoch: 0, version: null },
    ...rest,
  });
  const registered = (version: number): LedgerEvent => ({ kind: 'registered', record: { version } as VersionRecord });

  test('are those that are named, that ever answered, and that are new', () => {
    const ledger = [
      entry(1, registered(1), {}),
      entry(2, { kind: 'promoted', version: 1 }, { routing: { epoch: 1, version: 1 } }),
      entry(3, registered(2), { routing: { epoch: 1, version: 1 } }),
      entry(4, registered(3), { routing: { epoch: 1, version: 1 } }),
      entry(5, { kind: 'promoted', version: 3 }, { routing: { epoch: 2, version: 3 } }),
      entry(6, registered(4), { at: new Date(now - 30 * day + 1).toISOString(), routing: { epoch: 2, version: 3 } }),
      entry(7, registered(5), {
        at: new Date(now - 30 * day).toISOString(),
        routing: { epoch: 2, version: 3 },
        aliases: { champion: 3, decoy: 5 },
      }),
    ];
    expect([...keptVersions(ledger, defaultRetention, now)].sort()).toEqual([1, 3, 4, 5]);
    const unnamed = ledger.map((one) => ({ ...one, aliases: {} }));
    expect([...keptVersions(unnamed, defaultRetention, now)].sort()).toEqual([1, 3, 4]);
  });

  test('are of the refreshes of one version those of late, and the one that answered last', () => {
    const old = { at: new Date(now - 3 * day).toISOString() };
    const refreshed = (version: number): LedgerEvent => ({
      kind: 'registered',
      record: { version, refresh: { of: version - 1, weights: 1 } } as VersionRecord,
    });
    const answering = (version: number) => ({ ...old, routing: { epoch: version, version } });
    const ledger = [
      entry(1, registered(1), old),
      ...[2, 3, 4].map((version) => entry(version, refreshed(version), answering(version))),
      entry(5, refreshed(5), old),
      entry(6, refreshed(6), { at: new Date(now - 2 * day + 1).toISOString() }),
      entry(7, registered(7), answering(7)),
    ];
    expect([...keptVersions(ledger, defaultRetention, now)].sort()).toEqual([1, 4, 6, 7]);
    const forEver = parseRetention({ keep: { refreshes: 'for ever' } });
    expect([...keptVersions(ledger, forEver, now)].sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });
});
