import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { takenOutAt } from '../../core/faring.ts';
import type { ServingLease, Traffic, TrafficVariant } from '../../core/routing.ts';
import type { VariantTally } from '../../core/variantTally.ts';
import type { Scorer } from '../../models/scorers/scorer.ts';
import { loadInThread } from '../../serving/loadInThread.ts';
import type { LoadPackage } from '../../serving/loadVersion.ts';
import type { PredictionLine } from '../../serving/predictionLog.ts';
import type { Server } from '../../serving/server.ts';
import { get, goodRow, openWorkbench, pipeline, post, putVersion, route, until, type Workbench } from './fixture.ts';

/** Not a golden row: faults begin with it, once a version is loaded. */
const row = { ...goodRow, distance: 999 };

describe('a traffic', () => {
  let bench: Workbench;
  beforeEach(async () => {
    bench = await openWorkbench();
  });
  afterEach(() => bench.close());

  type Shares = Readonly<Record<string, { version: number; weight?: number; shadow?: number }>>;

  /** Publishes version 1 as champion with variants beside it, and waits for nothing. */
  async function share(epoch: number, shares: Shares, more: Partial<Traffic> = {}): Promise<void> {
    const variants: Record<string, TrafficVariant> = {};
    for (const [name, { version, weight = 0, shadow = 0 }] of Object.entries(shares)) {
      variants[name] = { version: await putVersion(bench.store, version), weight, shadow };
    }
    const traffic = { variants, rules: [], fallback: [], deadlineMs: 5_000, ...more };
    await route(bench.store, epoch, await putVersion(bench.store, 1), null, pipeline, traffic);
  }

  async function lease(): Promise<Partial<ServingLease>> {
    const [key = 'none'] = await bench.store.list(`serving/${pipeline}/workers/`);
    return JSON.parse(Buffer.from((await bench.store.read(key))?.bytes ?? '{}').toString());
  }

  const applied = (epoch: number, versions: readonly number[]) =>
    until(async () => {
      const held = await lease();
      return held.epoch === epoch && versions.every((version) => held.prepared?.includes(version));
    });

  /** The lease's tally of a variant as soon as it fits. */
  const tallied = (variant: string, fits: (tally: VariantTally) => boolean): Promise<VariantTally> =>
    until(async () => (await lease()).tallies?.find((each) => each.variant === variant && fits(each)));

  async function answers({ url }: Server, count: number, headers: Record<string, string> = {}) {
    const given = [];
    for (let at = 0; at < count; at += 1) {
      const began = performance.now();
      const { status, body } = await post(`${url}/predict/${pipeline}`, row, headers);
      given.push({ ...body, status, ms: performance.now() - began, who: `${body.variant}: ${body.reason}` });
    }
    return given;
  }

  const whoOf = (given: readonly { who: string }[]) => [...new Set(given.map(({ who }) => who))].sort();

  async function logged(): Promise<PredictionLine[]> {
    const keys = await bench.store.list(`predictions/${pipeline}/`);
    const files = await Promise.all(keys.map((key) => bench.store.read(key)));
    const lines = files.flatMap((file) =>
      Buffer.from(file?.bytes ?? [])
        .toString()
        .split('\n'),
    );
    return lines.filter(Boolean).map((line) => JSON.parse(line));
  }

  /** Loads in threads as ever, with `score` in front of one version's scorer. */
  async function withFault(version: number, score: (scorer: Scorer) => Promise<Float32Array>): Promise<LoadPackage> {
    const faulty = (await putVersion(bench.store, version)).package;
    return async (store, packageId) => {
      const { package: made, scorer } = await loadInThread(store, packageId);
      if (packageId !== faulty) return { package: made, scorer };
      const scored: Scorer['score'] = (columns) =>
        columns.columns.distance?.[0] === row.distance ? score(scorer) : scorer.score(columns);
      return { package: made, scorer: { ...scorer, score: scored } };
    };
  }

  test('lets a variant of another thread answer its share, says who and why, and counts pairs', async () => {
    await share(1, { challenger: { version: 2, weight: 0.5 } });
    const server = await bench.open();
    await applied(1, [1, 2]);
    const given = await answers(server, 40);
    expect(whoOf(given)).toEqual(['challenger: weight', 'champion: weight']);
    const scores = new Map(given.map(({ version, score }) => [version, score]));
    const mine = given.filter(({ variant }) => variant === 'challenger');
    expect(mine.map(({ version, epoch }) => [version, epoch])).toEqual(mine.map(() => [2, 1]));
    const tally = await tallied('challenger', ({ requests }) => requests === mine.length);
    expect(tally).toMatchObject({ version: 2, epoch: 1, answered: mine.length, failures: 0, late: 0, skipped: 0 });
    expect(tally.paired).toMatchObject({ rows: mine.length, decisions: 0 });
    expect(tally.paired.sum / mine.length).toBeCloseTo((scores.get(2) ?? 0) - (scores.get(1) ?? 0), 5);
    const { text } = await get(`${server.url}/metrics`);
    expect(text).toContain(
      `whet_variant_answers_total{pipeline="${pipeline}",variant="challenger",version="2"} ${mine.length}\n`,
    );
    const champion = await tallied('champion', ({ requests }) => requests === 40);
    expect(champion).toMatchObject({ version: 1, answered: 40 - mine.length, failures: 0 });
    expect(champion.scores.reduce((sum, count) => sum + count, 0)).toBe(40);
  });

  test('keeps callers, follows rules, and answers by three in one test', async () => {
    const rules = [{ when: { country: 'DE' }, variant: 'b' }];
    const shares = { a: { version: 2, weight: 0.3 }, b: { version: 3, weight: 0.3 } };
    await share(1, shares, { rules, stickyBy: 'customer' });
    const server = await bench.open();
    await applied(1, [1, 2, 3]);
    expect(whoOf(await answers(server, 3, { 'x-whet-country': 'DE', 'x-whet-customer': 'ann' }))).toEqual(['b: rule']);
    const byCustomer = [];
    for (let customer = 0; customer < 12; customer += 1) {
      const who = whoOf(await answers(server, 2, { 'x-whet-customer': `customer ${customer}` }));
      expect(who).toHaveLength(1);
      byCustomer.push(...who);
    }
    expect([...new Set(byCustomer)].sort()).toEqual(['a: sticky', 'b: sticky', 'champion: sticky']);
    const tensors = Object.entries({ ...row, date: Date.parse(row.date) }).map(([name, value]) => {
      return { name, shape: [1], datatype: typeof value === 'number' ? 'INT64' : 'BYTES', data: [value] };
    });
    const body = { inputs: tensors, parameters: { country: 'DE' } };
    const infer = `${server.url}/v2/models/${pipeline}`;
    expect((await post(`${infer}/infer`, body)).body.parameters).toMatchObject({ variant: 'b', reason: 'rule' });
    const asked = await post(`${infer}/versions/a/infer`, body);
    expect(asked.body.parameters).toMatchObject({ variant: 'a', version: 2, reason: 'asked' });
  });

  test('lets a shadow and a decoy score and never answer, in the log beside the answer', async () => {
    await share(1, { challenger: { version: 2, shadow: 1 }, decoy: { version: 3, shadow: 1 } });
    const server = await bench.open();
    await applied(1, [1, 2, 3]);
    expect(whoOf(await answers(server, 20))).toEqual(['champion: weight']);
    for (const name of ['challenger', 'decoy']) {
      expect(await tallied(name, ({ paired }) => paired.rows === 20)).toMatchObject({ requests: 20, answered: 0 });
    }
    const asked = await post(`${server.url}/v2/models/${pipeline}/versions/decoy/infer`, {});
    expect([asked.status, asked.body.error]).toEqual([404, expect.stringContaining('model.no-such-version')]);
    await server.close();
    const lines = await logged();
    expect(lines).toHaveLength(20);
    for (const { others, reason, variant } of lines) {
      expect([variant, reason, others?.challenger?.version, others?.decoy?.version]).toEqual([
        'champion',
        'weight',
        2,
        3,
      ]);
    }
  });

  test('answers by the fallback within the deadline where a variant is slow, and takes it out', async () => {
    const shares = { challenger: { version: 2, weight: 1 }, quick: { version: 3 } };
    await share(1, shares, { deadlineMs: 20, fallback: ['quick'] });
    const loadVariant = await withFault(2, async () => {
      await pause(1_000);
      return Float32Array.of(0.5);
    });
    const server = await bench.open({ loadVariant });
    await applied(1, [1, 2, 3]);
    const late = 'fallback: challenger was late';
    const given = await answers(server, takenOutAt.bad);
    expect(new Set(given.map(({ reason }) => reason))).toEqual(new Set([late]));
    expect(whoOf(given)).toContain(`quick: ${late}`);
    // For a second.
    const next = await until(async () => {
      const [one] = await answers(server, 1);
      given.push(...(one === undefined ? [] : [one]));
      return one?.reason === late ? undefined : one;
    });
    expect(next.reason).toBe('fallback: challenger was taken out');
    // The deadline is 20 ms; bench/traffic.ts measures it. Nobody waited for the variant.
    expect(Math.max(...given.map(({ ms }) => ms))).toBeLessThan(1_000);
    const held = await until(async () => (((await lease()).refused?.[2] ?? '') === '' ? undefined : lease()));
    expect(held.refused?.[2]).toMatch(/^variant\.taken-out.* of its last 50/);
    expect(held.prepared).toEqual([1, 3]);
    expect(bench.reports).toContainEqual(expect.stringContaining('challenger, version 2, is out. variant.taken-out'));
    const tally = await tallied('challenger', ({ requests }) => requests === given.length);
    expect(tally).toMatchObject({ late: given.length - 1, skipped: 1, answered: 0 });
  });

  test.each<[string, () => Promise<Float32Array>]>([
    ['throws', () => Promise.reject(new Error('out of order'))],
    ['gives NaN', async () => Float32Array.of(Number.NaN)],
  ])('answers by the champion where a variant %s, and takes it again with the next epoch', async (_, fault) => {
    await share(1, { challenger: { version: 2, weight: 1 } });
    let broken = true;
    const loadVariant = await withFault(2, () => (broken ? fault() : Promise.resolve(Float32Array.of(0.25))));
    const server = await bench.open({ loadVariant });
    await applied(1, [1, 2]);
    expect(whoOf(await answers(server, takenOutAt.bad))).toEqual(['champion: fallback: challenger failed']);
    expect(whoOf(await answers(server, 2))).toEqual(['champion: fallback: challenger was taken out']);
    expect(await tallied('challenger', ({ skipped }) => skipped === 2)).toMatchObject({ failures: takenOutAt.bad });
    broken = false;
    await share(2, { challenger: { version: 2, weight: 1 } });
    await applied(2, [1, 2]);
    expect((await answers(server, 1)).map(({ who, score }) => [who, score])).toEqual([['challenger: weight', 0.25]]);
    expect((await lease()).refused).toEqual({});
  });

  test('refuses a deadline that is no time, and a routing that two processes could take for different ones', async () => {
    await share(1, { challenger: { version: 2, weight: 0.5 } });
    const server = await bench.open();
    await applied(1, [1, 2]);
    const [refused] = await answers(server, 1, { 'x-whet-deadline-ms': 'soon' });
    expect([refused?.status, refused?.code]).toEqual([400, 'request.invalid']);
    expect(refused?.error).toContain("'soon'");
    const [short] = await answers(server, 1, { 'x-whet-deadline-ms': '2000' });
    expect(short?.status).toBe(200);
    await share(1, { challenger: { version: 2, weight: 0.6 } });
    await until(() => bench.reports.some((line) => line.includes('routing.invalid')));
    await share(2, { challenger: { version: 2, weight: 7 } });
    await until(() => bench.reports.some((line) => line.includes('a share from 0 to 1')));
    expect((await lease()).epoch).toBe(1);
  });
});
