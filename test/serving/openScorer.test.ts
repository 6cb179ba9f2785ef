import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { flightDelays } from '../../pipelines/flight-delays.ts';
import { appendLedger } from '../../registry/ledger.ts';
import { registerVersion } from '../../registry/versions.ts';
import { type InProcessScorer, openScorer, type ScorerOptions } from '../../serving/openScorer.ts';
import { byTest, versionLike } from '../registry/versionLike.ts';
import { putCompiled } from './compiledVersion.ts';
import {
  goodRow,
  openWorkbench,
  pipeline,
  putVersion,
  route,
  scoreOf,
  until,
  vanishing,
  type Workbench,
} from './fixture.ts';

const root = resolve(import.meta.dirname, '../..');
const rowOf = (distance: number) => ({ ...goodRow, distance });

describe('a scorer in the own process', () => {
  let bench: Workbench;
  let scorer: InProcessScorer<Readonly<Record<string, unknown>>>;
  beforeAll(async () => {
    bench = await openWorkbench();
    await route(bench.store, 1, await putCompiled(bench.store, 1));
    scorer = await openScorer(pipeline, { store: bench.folder });
  });
  afterAll(async () => {
    await scorer.close();
    await bench.close();
  });

  test('scores a row at once, and says who did', () => {
    const scored = scorer.score(goodRow);
    expect(scored).toEqual({ score: expect.any(Number), decision: 'late', version: 1, digest: scorer.digest });
    expect(scored.score).toBeCloseTo(scoreOf(1, 12, 733, 'ORD'), 5);
    expect(scorer.version).toBe(1);
  });

  test.each([
    ['a Date', new Date('2001-03-15T12:30:00Z')],
    ['milliseconds', Date.parse('2001-03-15T12:30:00Z')],
    ['ISO text', '2001-03-15T14:30:00+02:00'],
  ])('takes a date as %s', async (_, date) => {
    expect(scorer.score({ ...goodRow, date }).score).toBe(scorer.score(goodRow).score);
    const { scores } = await scorer.scoreMany(Array(20).fill({ ...goodRow, date }));
    expect(scores[19]).toBeCloseTo(scorer.score(goodRow).score, 6);
  });

  test.each([
    [
      'a missing column',
      { date: 0, destination: 'JFK', origin: 'ORD' },
      /row.missing-column: expected the column 'distance'/,
    ],
    [
      'a misspelt column',
      { ...goodRow, orign: 'ORD' },
      /row.extra-column.*'orign' in row 0 \(did you mean 'origin'\?\)/,
    ],
    ['a fraction', rowOf(7.5), /row.wrong-value: expected a whole number.*7\.5 in row 0/],
    ['NaN', rowOf(Number.NaN), /row.wrong-value/],
    ['null', { ...goodRow, origin: null }, /row.wrong-value: expected text in column 'origin'/],
    ['an invalid Date', { ...goodRow, date: new Date(Number.NaN) }, /row.wrong-value/],
    ['no object', 5, /request.invalid/],
    ['nothing', null, /request.invalid/],
  ])('refuses %s as serving does, at once and later', async (_, row, message) => {
    const asked = row as Readonly<Record<string, unknown>>;
    expect(() => scorer.score(asked)).toThrow(message);
    await expect(scorer.predict(asked)).rejects.toThrow(message);
    await expect(scorer.scoreMany([asked])).rejects.toThrow(message);
  });

  test('a whole number beyond 2^53 is for onnxruntime, at once and later', async () => {
    const row = { ...goodRow, distance: '9007199254740993' };
    expect(scorer.score(row).score).toBe(1);
    expect((await scorer.predict(row)).score).toBe(1);
    expect((await scorer.scoreMany([row, goodRow])).decisions).toEqual(['late', 'late']);
  });

  test('scores rows one by one, as objects and as columns alike, whatever they hold', async () => {
    const text = fc.oneof(fc.constantFrom('ORD', 'JFK', '', 'OR\u0000D'), fc.string());
    const date = fc.oneof(fc.integer(), fc.date({ noInvalidDate: true }), fc.constantFrom('2001-03-15', 'never'));
    const row = fc.record({ date, destination: text, distance: fc.oneof(fc.integer(), fc.double()), origin: text });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 20 }), async (rows) => {
        const single = rows.map((each) => outcome(() => scorer.score(each).score));
        const refused = single.find((each) => typeof each === 'string');
        const together = await scorer.scoreMany(rows).then(
          ({ scores }) => Array.from(scores),
          (error: { code: string }) => error.code,
        );
        if (refused !== undefined) expect(together).toBe(refused);
        else for (const [at, score] of single.entries()) expect(together[at]).toBeCloseTo(score as number, 6);
      }),
    );
    const { date: at } = goodRow;
    const columns = {
      date: BigInt64Array.of(BigInt(Date.parse(at))),
      destination: ['JFK'],
      distance: [733],
      origin: ['ORD'],
    };
    expect((await scorer.scoreMany({ rows: 1, columns })).scores[0]).toBeCloseTo(scorer.score(goodRow).score, 6);
    await expect(scorer.scoreMany({ rows: 2, columns })).rejects.toThrow('input.invalid');
  });

  test("is typed by the pipeline's row, without what the label is made of", async () => {
    const typed = await openScorer<typeof flightDelays>('flight-delays', { store: bench.store });
    const right = { date: new Date(0), destination: 'JFK', distance: 733, origin: 'ORD' };
    expect(typed.score(right).version).toBe(1);
    // @ts-expect-error: a column is missing
    expect(() => typed.score({ date: 0, destination: 'JFK', distance: 733 })).toThrow("'origin'");
    // @ts-expect-error: the label's column is not known yet
    expect(() => typed.score({ ...right, delay: 5 })).toThrow("'delay'");
    // @ts-expect-error: text for a date and a number for text
    expect(() => typed.score({ ...right, origin: 5 })).toThrow("'origin'");
    // @ts-expect-error: another pipeline's id
    await expect(openScorer<typeof flightDelays>('other', { store: bench.store })).rejects.toThrow('model.not-ready');
    expect(flightDelays.id).toBe('flight-delays');
    await typed.close();
  });

  test('loads neither DuckDB nor Temporal, fastify, S3 or words', () => {
    const noted = `import { registerHooks } from 'node:module';
      registerHooks({ resolve(name, context, next) { const found = next(name, context); console.log(found.url); return found; } });`;
    const hooks = `data:text/javascript,${encodeURIComponent(noted)}`;
    const text = `const { openScorer } = await import('whetstone/scorer');
      const scorer = await openScorer('${pipeline}', { store: ${JSON.stringify(bench.folder)} });
      console.log('score ' + scorer.score(${JSON.stringify(goodRow)}).score);`;
    const args = ['--import', hooks, '--input-type=module', '-e', text];
    const { stdout, stderr, status } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`score ${scorer.score(goodRow).score}`);
    const loaded = stdout.split('\n').map((url) => url.replace(`file://${root}/`, ''));
    expect(loaded).toContain(join('serving', 'openScorer.ts'));
    expect(loaded.filter((url) => /duckdb|temporal|fastify|aws-sdk|grpc|zod|^words/.test(url))).toEqual([]);
  });
});

describe('what it follows', () => {
  let bench: Workbench;
  const open: InProcessScorer<Readonly<Record<string, unknown>>>[] = [];
  const opened = async (options: Partial<ScorerOptions> = {}) => {
    const report = (line: string) => void bench.reports.push(line);
    const made = await openScorer(pipeline, { store: bench.store, everyMs: 5, retryMs: 5, report, ...options });
    open.push(made);
    return made;
  };
  beforeEach(async () => {
    bench = await openWorkbench();
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((scorer) => scorer.close()));
    await bench.close();
  });

  test('a promotion, between two calls; a call under way ends with the version it began with', async () => {
    await route(bench.store, 1, await putCompiled(bench.store, 1));
    const scorer = await opened();
    await route(bench.store, 2, await putCompiled(bench.store, 2));
    const seen = new Set<number>();
    await until(async () => {
      const [before, many] = [scorer.version, scorer.scoreMany(Array(100).fill(goodRow))];
      const { version, digest, scores } = await many;
      expect([version, scores[99]]).toEqual([before, expect.closeTo(scoreOf(version, 12, 733, 'ORD'), 5)]);
      expect(digest).toMatch(/^[0-9a-f]{64}$/);
      seen.add(version);
      return seen.has(2);
    });
    expect(scorer.score(goodRow).score).toBeCloseTo(scoreOf(2, 12, 733, 'ORD'), 5);
    expect([...seen]).toEqual([1, 2]);
  });

  test('nothing, while the store is gone: it goes on, says so once, and follows again', async () => {
    await route(bench.store, 1, await putCompiled(bench.store, 1));
    const flaky = vanishing(bench.store);
    const scorer = await opened({ store: flaky.store });
    flaky.gone = true;
    await until(() => flaky.refused > 5);
    expect(scorer.score(goodRow).version).toBe(1);
    expect(bench.reports).toEqual([expect.stringMatching(/version 1 goes on.*no route to the store/)]);
    await route(bench.store, 2, await putCompiled(bench.store, 2));
    flaky.gone = false;
    await until(() => scorer.version === 2);
  });

  test('no version that cannot be loaded', async () => {
    const first = await putCompiled(bench.store, 1);
    await route(bench.store, 1, first);
    const scorer = await opened({ retryMs: 60_000 });
    await route(bench.store, 2, { ...first, version: 2, digest: 'f'.repeat(64) });
    await until(() => bench.reports.some((line) => line.includes('model.digest-differs')));
    expect(scorer.score(goodRow).version).toBe(1);
    await route(bench.store, 3, await putCompiled(bench.store, 3));
    await until(() => scorer.version === 3);
  });

  test('another alias, by the ledger; a number stays', async () => {
    for (const number of [1, 2]) {
      const { package: id, digest } = await putCompiled(bench.store, number);
      await registerVersion(bench.store, pipeline, versionLike(digest, { package: id }), byTest);
    }
    const [second, challenger] = [await opened({ version: 2 }), await opened({ version: 'challenger' })];
    expect([second.version, challenger.version]).toEqual([2, 2]);
    await appendLedger(bench.store, pipeline, { kind: 'made reference', version: 1 }, byTest);
    const reference = await opened({ version: 'reference' });
    expect(reference.score(goodRow).score).toBeCloseTo(scoreOf(1, 12, 733, 'ORD'), 5);
    await appendLedger(bench.store, pipeline, { kind: 'made reference', version: 2 }, byTest);
    await until(() => reference.version === 2);
    await expect(opened({ version: 3 })).rejects.toThrow(/version.unknown.*'3'/);
    await expect(opened({ version: 'decoy' })).rejects.toThrow(/model.not-ready: expected a decoy of /);
    const nowhere = opened({ store: join(bench.folder, 'mistyped') });
    await expect(nowhere).rejects.toThrow(/expected a champion of '.*' in the store .*mistyped, but came none/);
  });

  test('a version that onnxruntime alone scores: at once, later and together', async () => {
    await route(bench.store, 1, await putVersion(bench.store, 1));
    const scorer = await opened();
    expect(scorer.score(goodRow).score).toBeCloseTo(scoreOf(1, 12, 733, 'ORD'), 5);
    expect(() => scorer.score({ ...goodRow, origin: null as never })).toThrow('row.wrong-value');
    expect((await scorer.predict(goodRow)).score).toBeCloseTo(scoreOf(1, 12, 733, 'ORD'), 5);
    expect((await scorer.scoreMany([goodRow, goodRow])).decisions).toEqual(['late', 'late']);
  });

  test('nothing after its close', async () => {
    await route(bench.store, 1, await putCompiled(bench.store, 1));
    const scorer = await opened();
    await scorer.close();
    expect(() => scorer.score(goodRow)).toThrow(/scorer.released: .* or open another scorer/);
    await expect(scorer.scoreMany([goodRow])).rejects.toThrow('scorer.released');
  });
});

function outcome(score: () => number): number | string {
  try {
    return score();
  } catch (error) {
    return (error as { code: string }).code;
  }
}
