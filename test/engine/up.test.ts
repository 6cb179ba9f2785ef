import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase, sqlText } from '../../datasets/database.ts';
import type { ClientMessage, Seen } from '../serving/loadClient.ts';
import { openWorkshop, type RunningUp, type Workshop } from './workshop.ts';

interface Scored {
  readonly score: number;
  readonly answer: string;
}

const loadClient = join(import.meta.dirname, '../serving/loadClient.ts');

describe('whet up', () => {
  let workshop: Workshop;
  let up: RunningUp;
  let curl: { url: string; body: string };
  beforeAll(async () => {
    workshop = await openWorkshop();
    up = await workshop.up('--retrain', 'small-flights', '--as-of', '2001-03-15T12');
    const [, url = '', body = ''] = /curl -s (\S+) -d '([^']+)'/.exec(up.said()) ?? [];
    curl = { url, body };
    await workshop.retrain('2001-03-15T11');
  });
  afterAll(() => workshop.close());

  test('shows the grid, the scorecard, the promotion, a request that works and the Web UI', async () => {
    const said = up.said();
    for (const part of [
      /rung 1: best auc/,
      /Scorecard of 2001-03-15T12: passed/,
      /auc at least 0\.55/,
      /version 1 promoted/,
    ])
      expect(said).toMatch(part);
    const answer = await (await fetch(curl.url, { method: 'POST', body: curl.body })).json();
    expect(answer).toMatchObject({
      model: 'small-flights',
      version: 1,
      variant: 'champion',
      answer: expect.stringMatching(/^(?:late|on time)$/),
    });
    const [ui = ''] =
      /http:\/\/127\.0\.0\.1:\d+(?=\s*$)/.exec(
        said.split('\n').find((line) => line.startsWith("Temporal's Web UI")) ?? '',
      ) ?? [];
    expect((await fetch(ui)).status).toBe(200);
  });

  test('scores a file on its workers, to the score that a request gets', async () => {
    const { folder } = workshop;
    await writeFile(join(folder, 'rows.ndjson'), `${curl.body}\n{}\n`);
    const args = ['rows.ndjson', 'scores', '--refuse-at-most', '0.5', '--json'];
    const { code, stdout, stderr } = await workshop.whet('score', 'small-flights', ...args);
    expect([code, stderr]).toEqual([0, expect.stringContaining('1 rows scored in 1 partitions')]);
    expect(JSON.parse(stdout)).toMatchObject({ version: 1, rows: 1, refused: 1, output: join(folder, 'scores') });
    const { score, answer } = (await (await fetch(curl.url, { method: 'POST', body: curl.body })).json()) as Scored;
    const database = await openDatabase({ threads: 1, memoryLimitMb: 256, temporaryFolder: folder });
    const read = `SELECT CAST(score AS DOUBLE) AS score, answer FROM read_parquet(${sqlText(join(folder, 'scores/*.parquet'))})`;
    const scored = await database.rows<Scored>(read);
    database.close();
    expect(scored).toEqual([{ score: expect.closeTo(score, 5), answer }]);
    expect(await workshop.store.list('scores/small-flights/')).toHaveLength(1);
  });

  test('swaps versions under load: no request fails, each connection sees each epoch once, in order', async () => {
    const client = loadOf(5_000);
    await client.progress(1_000);
    for (const version of ['2', '1', '2']) {
      const { code, stderr } = await workshop.whet('promote', 'small-flights', version, '--why', 'a test of swaps');
      expect([code, stderr]).toEqual([0, expect.any(String)]);
    }
    for (const runs of await client.done()) {
      const epochs = runs.map(({ epoch }) => epoch);
      expect(epochs).toEqual([...new Set(epochs)].sort((a, b) => a - b));
      for (const { epoch, version } of runs) expect(version).toBe(epoch % 2 === 1 ? 1 : 2);
    }
    const live = JSON.parse((await workshop.whet('live', 'small-flights', '--json')).stdout);
    expect(live).toMatchObject({ version: 2, epoch: 4 });
  });

  test('tells a second engine of the first, not of its port', async () => {
    const { code, stderr } = await workshop.whet('up', '--serving-port', new URL(curl.url).port);
    expect([code, stderr]).toEqual([expect.any(Number), expect.stringContaining('engine.already-running')]);
  });

  test('goes back to the version before', async () => {
    const { stdout } = await workshop.whet('rollback', 'small-flights', '--who', 'ana', '--why', 'complaints');
    expect(stdout).toContain('rolled back to version 1: complaints');
    await until(async () => (await answered(curl)).version === 1);
  });

  test('starts a killed worker again, and the work goes on', async () => {
    const before = childrenOf(up.process.pid);
    for (const pid of before.filter((one) => commandOf(one).includes('worker'))) process.kill(pid, 'SIGKILL');
    expect((await workshop.retrain('2001-03-15T13')).status).toBe('judged');
    await until(
      async () =>
        (await fetch(curl.url, { method: 'POST', body: curl.body }).catch(() => undefined))?.status === 200 ||
        serves(workshop),
    );
  });

  test('ends on Ctrl-C with nothing left behind, and serves again within seconds on what it has', async () => {
    const tree = treeOf(up.process.pid);
    expect(await up.stop()).toBe(0);
    await until(async () => tree.every((pid) => !exists(pid)));
    const again = await workshop.up('--retrain', 'small-flights', '--as-of', '2001-03-15T12');
    expect(again.said()).toContain('nothing to do again');
  });

  /** Requests from another process, eight connections at full speed, so many at least and until `done` is asked for. */
  function loadOf(requests: number) {
    const child = fork(loadClient, [curl.url, curl.body, `${requests}`, '8'], { execArgv: [] });
    let answered = 0;
    const result = new Promise<readonly (readonly Seen[])[]>((settle, fail) => {
      child.on('message', (message: ClientMessage) => {
        if (message.kind === 'progress') answered = message.answered;
        else if (message.failures.length > 0) fail(new Error(message.failures.slice(0, 3).join('; ')));
        else settle(message.connections);
      });
      child.on('exit', (code) => fail(new Error(`the client ended with ${code}`)));
    });
    const done = () => {
      child.send('enough');
      return result;
    };
    return { progress: (least: number) => until(async () => answered >= least), done };
  }
});

async function answered({ url, body }: { url: string; body: string }): Promise<{ version: number }> {
  return (await fetch(url, { method: 'POST', body })).json() as Promise<{ version: number }>;
}

async function serves(workshop: Workshop): Promise<boolean> {
  const live = JSON.parse((await workshop.whet('live', 'small-flights', '--json')).stdout);
  return live.workers.length > 0;
}

async function until(holds: () => Promise<boolean>, withinMs = 120_000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`still not so after ${withinMs} ms: ${holds}`);
    await pause(50);
  }
}

function childrenOf(pid: number | undefined): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return text === '' ? [] : text.split(' ').map(Number);
}

function treeOf(pid: number | undefined): number[] {
  return childrenOf(pid).flatMap((child) => [child, ...treeOf(child)]);
}

function commandOf(pid: number): string {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
}

function exists(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
