import { afterEach, describe, expect, test, vi } from 'vitest';
import { takenOutAt } from '../../core/faring.ts';
import type { ModelPackage, RawColumn } from '../../core/modelPackage.ts';
import type { RoutedVersion, Traffic } from '../../core/routing.ts';
import type { Scorer } from '../../models/scorers/scorer.ts';
import { appliedTraffic } from '../../serving/appliedTraffic.ts';
import { openDeadlines } from '../../serving/deadlines.ts';
import { openRound } from '../../serving/round.ts';
import { rowShape } from '../../serving/rowShape.ts';
import type { LoadedVersion } from '../../serving/slots.ts';
import type { TimeLeft } from '../../serving/timeLeft.ts';
import { openVariants } from '../../serving/variants.ts';

const routed = (version: number): RoutedVersion => ({ version, package: `p${version}`, digest: `d${version}` });
const int = (name: string, nullable = false): RawColumn => ({ name, type: 'int', nullable });

/** A version whose scorer is `score`. */
function version(number: number, inputs: readonly RawColumn[], score: Scorer['score']): LoadedVersion {
  const golden = { columns: Object.fromEntries(inputs.map(({ name }) => [name, [1]])), scores: [0.5] };
  const made = { inputs, golden, threshold: 0.5 } as unknown as ModelPackage;
  const scorer: Scorer = { kind: 'compiled', inputs: [], score, release: async () => {} };
  return { routed: routed(number), package: made, scorer, shape: rowShape(made) };
}

const half: Scorer['score'] = async ({ rows }) => new Float32Array(rows).fill(0.5);
const champion = version(1, [int('a'), int('b')], half);
const rows = { rows: 1, columns: { a: [1], b: [2] } };
const deadlines = openDeadlines();
/** Times of requests that came just now. */
const within = (leftMs: number, isShort = false): TimeLeft => {
  const endMs = performance.now() + leftMs;
  return { waitEndMs: endMs, fairEndMs: endMs, endMs, leftMs: () => leftMs, isShort };
};

/** Until all is read that had come. */
const read = () => new Promise((resolve) => setImmediate(resolve));

/** The variants of one epoch, loaded; `versions` are by their numbers. */
async function opened(versions: readonly LoadedVersion[], more: Partial<Traffic> = {}) {
  const reports: string[] = [];
  const load = async (wanted: RoutedVersion): Promise<LoadedVersion> => {
    const found = versions.find((each) => each.routed.version === wanted.version);
    if (found === undefined) throw new Error(`version ${wanted.version} is not there`);
    return found;
  };
  const report = (line: string) => void reports.push(line);
  const variants = openVariants({ loadHere: load, loadOutside: load, changed: () => {}, report });
  const named = versions.map(
    ({ routed: one }) => [`v${one.version}`, { version: one, weight: 0.1, shadow: 1 }] as const,
  );
  const traffic = { variants: Object.fromEntries(named), rules: [], fallback: [], deadlineMs: 20, ...more };
  const open = variants.apply(traffic, champion);
  await Promise.all([...open.values()].map((variant) => variant.opened));
  const { shared } = appliedTraffic('flights', 1, 1, traffic, open);
  if (shared === undefined) throw new Error('Nobody shares.');
  return { variants, traffic, open, shared, reports };
}

describe('a variant', () => {
  afterEach(() => void vi.restoreAllMocks());

  test('is handed the columns that it takes, and no others', async () => {
    const seen: unknown[] = [];
    const note: Scorer['score'] = async ({ columns }) => {
      seen.push(columns);
      return Float32Array.of(0.5);
    };
    const { open } = await opened([version(2, [int('b')], note), version(3, [int('a'), int('b')], note)]);
    for (const variant of open.values()) await variant.score(rows);
    expect(seen).toEqual([{ b: [2] }, rows.columns]);
    expect(seen[1]).toBe(rows.columns);
  });

  test.each([
    ['NaN', [Number.NaN]],
    ['infinity', [Number.POSITIVE_INFINITY]],
    ['nothing', []],
    ['two scores', [0.5, 0.5]],
  ])('that gives %s for a row has no score', async (_, given) => {
    const { open } = await opened([version(2, [int('a')], async () => Float32Array.from(given))]);
    await expect(open.get('v2')?.score(rows)).rejects.toMatchObject({ code: 'model.no-score' });
  });

  test.each<[string, RawColumn[], string]>([
    ['a column that the champion lacks', [int('a'), int('c')], "'c'"],
    ['a column as another type', [{ name: 'a', type: 'string', nullable: false }], "'a'"],
  ])('is refused where it needs %s', async (_, inputs, name) => {
    const { open, reports } = await opened([version(2, inputs, half)]);
    expect(open.get('v2')?.refusal).toMatch(new RegExp(`^variant\\.needs-column: .*${name}`));
    expect(open.get('v2')?.absence(1)).toBe('was refused');
    expect(reports).toHaveLength(1);
  });

  test('is refused as a fallback where it takes half the deadline, and not as a variant beside', async () => {
    const slow: Scorer['score'] = (columns) => new Promise((resolve) => setTimeout(() => resolve(half(columns)), 15));
    const beside = await opened([version(2, [int('a')], slow)]);
    expect(beside.open.get('v2')?.refusal).toBeUndefined();
    const { open } = await opened([version(2, [int('a')], slow)], { fallback: ['v2'] });
    expect(open.get('v2')?.refusal).toMatch(/^variant\.too-slow: .*half the deadline of 20 ms/);
  });

  test('is not asked while too many wait, and again when they have their scores', async () => {
    const waiting: (() => void)[] = [];
    const held: Scorer['score'] = (columns) => new Promise((resolve) => waiting.push(() => resolve(half(columns))));
    const { open, shared } = await opened([version(2, [int('a')], held)]);
    const rounds = Array.from({ length: 257 }, () => {
      const round = openRound(deadlines, shared, rows, within(1_000));
      round.shadow('v2');
      return round;
    });
    expect(rounds.at(-1)?.asked[0]?.trouble).toBe('has too many waiting');
    expect(shared.seats.get('v2')?.tally.tally()).toMatchObject({ requests: 257, skipped: 1 });
    const closed = open.get('v2')?.absence(20_001);
    expect(closed).toBe('has too many waiting');
    for (const done of waiting) done();
    await Promise.all(rounds.map((round) => round.over()));
    expect(open.get('v2')?.absence(20_000)).toBeUndefined();
  });

  test('is not asked by a caller who leaves it less time than it needs', async () => {
    const { shared } = await opened([version(2, [int('a')], half)]);
    const seat = shared.seats.get('v2');
    for (let time = 0; time < 100; time += 1) seat?.tally.scored(time < 98 ? 1 : 30, Float32Array.of(0.5));
    expect(seat?.tally.p99Ms()).toBe(50);
    const contend = (leftMs: number, isShort: boolean) =>
      openRound(deadlines, shared, rows, within(leftMs, isShort)).contend('v2')?.trouble;
    expect(contend(40, true)).toBe('needs more time');
    expect(contend(50, true)).toBeUndefined();
    expect(contend(10, false)).toBeUndefined();
  });

  test('is taken out for being late once it had a fair time, and not for callers in haste', async () => {
    const late: Scorer['score'] = () => new Promise(() => {});
    const { open, shared } = await opened([version(2, [int('a')], late)]);
    let now = 0;
    const clock = openDeadlines(() => now);
    vi.spyOn(performance, 'now').mockImplementation(() => now);
    const rounds = (fairEndMs: number): void => {
      for (let time = 0; time < takenOutAt.bad; time += 1) {
        const round = openRound(clock, shared, rows, { ...within(0), waitEndMs: 10, fairEndMs });
        round.contend('v2');
        round.begin();
      }
      now = 10;
      clock.callDue();
    };
    rounds(18);
    await read();
    expect(shared.seats.get('v2')?.tally.tally()).toMatchObject({ late: takenOutAt.bad });
    expect(open.get('v2')?.absence(1)).toBeUndefined();
    now = 18;
    clock.callDue();
    await read();
    expect(open.get('v2')?.absence(1)).toBeUndefined();
    now = 18 + takenOutAt.lateForMs;
    open.get('v2')?.fared('late', now);
    expect(open.get('v2')?.absence(1)).toBe('was taken out');
  });

  test('is not at fault where its scores come after the wait, and in a fair time', async () => {
    const waiting: (() => void)[] = [];
    const slow: Scorer['score'] = (columns) => new Promise((resolve) => waiting.push(() => resolve(half(columns))));
    const { open, shared } = await opened([version(2, [int('a')], slow)]);
    let now = 0;
    const clock = openDeadlines(() => now);
    for (let time = 0; time < takenOutAt.of; time += 1) {
      const round = openRound(clock, shared, rows, { ...within(0), waitEndMs: now + 10, fairEndMs: now + 18 });
      const asked = round.contend('v2');
      round.begin();
      now += 10;
      clock.callDue();
      waiting.pop()?.();
      await asked?.ended;
      now += 10;
      clock.callDue();
      await read();
    }
    expect(shared.seats.get('v2')?.tally.tally()).toMatchObject({ late: takenOutAt.of });
    open.get('v2')?.fared('late', performance.now() + takenOutAt.lateForMs);
    expect(open.get('v2')?.absence(1)).toBeUndefined();
  });

  test('is not at fault where its scores were there when the process came to read them', async () => {
    const waiting: (() => void)[] = [];
    const slow: Scorer['score'] = (columns) => new Promise((resolve) => waiting.push(() => resolve(half(columns))));
    const { open, shared } = await opened([version(2, [int('a')], slow)]);
    for (let time = 0; time < takenOutAt.of; time += 1) {
      const round = openRound(deadlines, shared, rows, within(0));
      round.contend('v2');
      round.begin();
      deadlines.callDue();
      expect(round.asked[0]?.trouble).toBe('was late');
      waiting.pop()?.();
      await read();
    }
    open.get('v2')?.fared('late', performance.now() + takenOutAt.lateForMs);
    expect(open.get('v2')?.absence(1)).toBeUndefined();
  });

  test('has the deadline itself where it scores beside or stands in, and the end of the wait where it was chosen', async () => {
    const late: Scorer['score'] = () => new Promise(() => {});
    const three = [2, 3, 4].map((number) => version(number, [int('a')], late));
    const { shared } = await opened(three);
    let now = 0;
    const clock = openDeadlines(() => now);
    const round = openRound(clock, shared, rows, { ...within(0), waitEndMs: 10, endMs: 20 });
    round.shadow('v2');
    round.contend('v3');
    round.begin();
    round.contend('v4');
    const troubles = () => round.asked.map(({ trouble }) => trouble);
    now = 10;
    clock.callDue();
    expect(troubles()).toEqual([undefined, 'was late', undefined]);
    now = 20;
    clock.callDue();
    expect(troubles()).toEqual(['was late', 'was late', 'was late']);
    await round.over();
  });

  test('scores late: counted as late, and its scores all the same', async () => {
    let give = () => {};
    const late: Scorer['score'] = (columns) => new Promise((resolve) => (give = () => resolve(half(columns))));
    const { shared } = await opened([version(2, [int('a')], late)]);
    const round = openRound(deadlines, shared, rows, within(0));
    const asked = round.contend('v2');
    round.begin();
    await round.over();
    expect(asked?.trouble).toBe('was late');
    give();
    await asked?.ended;
    const tally = shared.seats.get('v2')?.tally.tally();
    expect(tally).toMatchObject({ requests: 1, late: 1, failures: 0 });
    expect(tally?.scores[50]).toBe(1);
  });

  test('stays loaded from one epoch to the next, is let go with the last, and loads again where that failed', async () => {
    const { variants, traffic, open, reports } = await opened([version(2, [int('a')], half)]);
    const next = variants.apply(traffic, champion);
    expect(next.get('v2')).toBe(open.get('v2'));
    const missing = { ...traffic, variants: { v3: { version: routed(3), weight: 0, shadow: 1 } } };
    const other = variants.apply(missing, champion).get('v3');
    await other?.opened;
    expect(other?.refusal).toBe('version 3 is not there');
    expect(open.get('v2')?.loaded).toBeUndefined();
    expect(variants.retry()).toBe(false);
    expect(other?.refusal).toBeUndefined();
    await other?.opened;
    expect(reports).toEqual(['v3, version 3, is out. version 3 is not there']);
    await variants.close();
    expect(variants.open.size).toBe(0);
  });
});
