import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chooseVariant, drawOf } from '../../core/chooseVariant.ts';
import type { Traffic, TrafficRule } from '../../core/routing.ts';
import { keyHash, uniformOf } from '../../core/uniformHash.ts';

type Shares = Readonly<Record<string, readonly [weight: number, shadow: number]>>;

function traffic(shares: Shares, more: Partial<Traffic<number>> = {}): Traffic<number> {
  const variants = Object.entries(shares).map(([name, [weight, shadow]], version) => [
    name,
    { version, weight, shadow },
  ]);
  return { variants: Object.fromEntries(variants), rules: [], fallback: [], deadlineMs: 50, ...more };
}

const nothing = () => undefined;
const customer = (value: string) => (name: string) => (name === 'customer' ? value : undefined);

/** Who answered each of `count` requests, and how many each. */
function answeredBy(shared: Traffic<number>, count: number, metadataOf = (_: number): string | undefined => undefined) {
  const draw = drawOf('flights', shared);
  return Array.from({ length: count }, (_, at) => {
    const value = metadataOf(at);
    return chooseVariant(draw, `s-${at.toString(36)}`, value === undefined ? nothing : customer(value)).variant;
  });
}

const countOf = (all: readonly string[], name: string) => all.filter((each) => each === name).length;
/** Five standard deviations of a count: one fair draw in two million lies beyond. */
const spread = (count: number, share: number) => 5 * Math.sqrt(count * share * (1 - share)) + 1;

const shareSets = fc
  .array(fc.integer({ min: 0, max: 100 }), { minLength: 2, maxLength: 5 })
  .filter((parts) => parts.some((part) => part > 0))
  .map((parts) => {
    const sum = parts.reduce((all, part) => all + part, 0);
    const others = parts.slice(1).map((part, at) => [`v${at}`, [part / sum, 0]] as const);
    return Object.fromEntries(others) as Shares;
  });

describe('chooseVariant', () => {
  test('gives 95 and 5 in a hundred of 20,000 requests', () => {
    const answered = answeredBy(traffic({ challenger: [0.05, 0] }), 20_000);
    expect(Math.abs(countOf(answered, 'challenger') - 1_000)).toBeLessThan(spread(20_000, 0.05));
    expect(countOf(answered, 'champion') + countOf(answered, 'challenger')).toBe(20_000);
  });

  test('gives each variant its share, whatever the shares', () => {
    fc.assert(
      fc.property(shareSets, fc.boolean(), (shares, sticky) => {
        const shared = traffic(shares, sticky ? { stickyBy: 'customer' } : {});
        const answered = answeredBy(shared, 4_000, (at) => (sticky ? `customer ${at}` : undefined));
        for (const [name, [weight]] of Object.entries(shares)) {
          expect(Math.abs(countOf(answered, name) - 4_000 * weight)).toBeLessThanOrEqual(spread(4_000, weight));
        }
      }),
      { numRuns: 40 },
    );
  });

  test('keeps a caller with one variant, from one request to the next and in the order of any document', () => {
    const [one, other] = [
      traffic({ a: [0.3, 0], b: [0.3, 0] }, { stickyBy: 'customer' }),
      traffic({ b: [0.3, 0], a: [0.3, 0] }, { stickyBy: 'customer' }),
    ];
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (key, first, second) => {
        const chosen = chooseVariant(drawOf('flights', one), first, customer(key));
        expect(chosen.reason).toBe('sticky');
        expect(chooseVariant(drawOf('flights', other), second, customer(key)).variant).toBe(chosen.variant);
      }),
    );
  });

  test('moves a caller only to a variant whose weight grew against that of the one left', () => {
    fc.assert(
      fc.property(shareSets, shareSets, (before, after) => {
        const weights = (shares: Shares): Record<string, number> => {
          const others = Object.entries(shares).map(([name, [weight]]) => [name, weight] as const);
          return { ...Object.fromEntries(others), champion: 1 - others.reduce((sum, [, weight]) => sum + weight, 0) };
        };
        const [was, is] = [weights(before), weights(after)];
        const by = (shares: Shares) =>
          answeredBy(traffic(shares, { stickyBy: 'customer' }), 300, (at) => `customer ${at}`);
        const [old, now] = [by(before), by(after)];
        for (const [at, from] of old.entries()) {
          const to = now[at] ?? '';
          if (from === to) continue;
          expect((is[to] ?? 0) * (was[from] ?? 0)).toBeGreaterThan((is[from] ?? 0) * (was[to] ?? 0));
        }
      }),
      { numRuns: 40 },
    );
  });

  test('moves no more callers than a canary grows by', () => {
    const by = (weight: number) =>
      answeredBy(traffic({ challenger: [weight, 0] }, { stickyBy: 'customer' }), 20_000, (at) => `customer ${at}`);
    const [before, after] = [by(0.05), by(0.1)];
    const moved = before.filter((name, at) => name !== after[at]).length;
    expect(Math.abs(moved - 1_000)).toBeLessThan(spread(20_000, 0.05));
    expect(before.every((name, at) => name !== 'challenger' || after[at] === 'challenger')).toBe(true);
  });

  test('follows the first rule that fits, before any weight', () => {
    const rules: TrafficRule[] = [
      { when: { country: 'DE', tier: 'gold' }, variant: 'champion' },
      { when: { country: 'DE' }, variant: 'b' },
    ];
    const draw = drawOf('flights', traffic({ a: [1, 0], b: [0, 0] }, { rules }));
    const of = (metadata: Record<string, string>) => {
      const { variant, reason } = chooseVariant(draw, 'r', (name) => metadata[name]);
      return [variant, reason];
    };
    expect(of({ country: 'DE', tier: 'gold' })).toEqual(['champion', 'rule']);
    expect(of({ country: 'DE', tier: 'tin' })).toEqual(['b', 'rule']);
    expect(of({ country: 'FR' })).toEqual(['a', 'weight']);
  });

  test('lets a share of the other requests be scored in shadow, and a decoy never answer', () => {
    const draw = drawOf('flights', traffic({ decoy: [1, 1], challenger: [0.2, 0.5] }));
    const choices = Array.from({ length: 8_000 }, (_, at) => chooseVariant(draw, `s-${at}`, nothing));
    expect(new Set(choices.map(({ variant }) => variant))).toEqual(new Set(['challenger', 'champion']));
    expect(choices.every(({ shadows }) => shadows.includes('decoy'))).toBe(true);
    const others = choices.filter(({ variant }) => variant !== 'challenger');
    const shadowed = others.filter(({ shadows }) => shadows.includes('challenger')).length;
    expect(Math.abs(shadowed - others.length / 2)).toBeLessThan(spread(others.length, 0.5));
    expect(choices.some(({ variant, shadows }) => shadows.includes(variant))).toBe(false);
  });

  test('draws as every process and every release before it did', () => {
    expect([keyHash(''), keyHash('flights'), keyHash('Zürich', 7)]).toMatchInlineSnapshot(`
      [
        0,
        -625892654,
        1251261424,
      ]
    `);
    expect(uniformOf(keyHash('customer 1'), keyHash('weight challenger'))).toMatchInlineSnapshot(`0.7430755981476977`);
  });
});
