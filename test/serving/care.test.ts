import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { get as getTls } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { keyNew } from '../../cli/actions/keyNew.ts';
import type { Server } from '../../serving/server.ts';
import { get, goodRow, openWorkbench, pipeline, post, putVersion, route, until, type Workbench } from './fixture.ts';

const execute = promisify(execFile);
let bench: Workbench;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whet-care-'));
  bench = await openWorkbench();
  await route(bench.store, 1, await putVersion(bench.store, 1));
});
afterAll(async () => {
  await bench.close();
  await rm(folder, { recursive: true, force: true });
});

describe('keys', () => {
  let server: Server;
  let file: string;
  const keys: Record<string, string> = {};
  beforeAll(async () => {
    file = join(folder, 'keys.json');
    for (const role of ['predict', 'feedback', 'operate', 'metrics']) keys[role] = await madeKey(file, role, [role]);
    server = await bench.open({ keys: file, host: '0.0.0.0' });
  });
  const bearer = (key: string | undefined) => ({ authorization: `Bearer ${key}` });

  test('are made once for each name', async () => {
    await expect(madeKey(file, 'predict', ['operate'])).rejects.toThrow(/came 'predict'\. Take another name/);
  });

  test('are printed once, and only their digest is kept', () => {
    const kept = readFileSync(file, 'utf8');
    expect(keys.predict).toMatch(/^whet_[\w-]{43}$/);
    for (const key of Object.values(keys)) expect(kept).not.toContain(key);
  });

  test.each([
    ['no key', {}, 401, 'key.missing'],
    ['another kind', { authorization: 'Basic abc' }, 401, 'key.missing'],
    ['an unknown key', bearer('whet_nobody'), 401, 'key.unknown'],
  ])('refuse %s', async (_, headers, status, code) => {
    const refused = await post(`${server.url}/predict/${pipeline}`, goodRow, headers);
    expect([refused.status, refused.body.code]).toEqual([status, code]);
    expect(refused.headers.get('www-authenticate')).toBe('Bearer');
  });

  test('open what their role may do, and no more', async () => {
    const url = `${server.url}/predict/${pipeline}`;
    const answers = await Promise.all(Object.values(keys).map((key) => post(url, goodRow, bearer(key))));
    expect(answers.map(({ status }) => status)).toEqual([200, 403, 403, 403]);
    expect(answers[1]?.body.error).toContain("a key of the role predict, but came 'feedback', of feedback");
    const seen = await Promise.all(
      [undefined, keys.predict, keys.metrics].map(async (key) => {
        const headers = key === undefined ? {} : bearer(key);
        const of = async (path: string) => (await fetch(`${server.url}${path}`, { headers })).status;
        return [
          await of('/v2/health/live'),
          await of(`/v2/models/${pipeline}`),
          await of('/metrics'),
          await of(`/monitor/${pipeline}`),
        ];
      }),
    );
    expect(seen).toEqual([
      [200, 401, 401, 401],
      [200, 200, 403, 403],
      [200, 200, 200, 200],
    ]);
  });

  test('may come and go while the server runs, and a broken file changes nothing', async () => {
    const late = await madeKey(file, 'late', ['predict']);
    const url = `${server.url}/predict/${pipeline}`;
    await until(async () => (await post(url, goodRow, bearer(late))).status === 200);
    writeFileSync(file, '{"keys": [{}]}');
    await until(() => bench.reports.some((line) => line.includes('keys.invalid')));
    expect((await post(url, goodRow, bearer(late))).status).toBe(200);
    writeFileSync(file, '{"keys": []}');
    await until(async () => (await post(url, goodRow, bearer(late))).status === 401);
  });

  test('have a name and roles that are known', async () => {
    await expect(madeKey(join(folder, 'other.json'), 'Bad Name', ['predict'])).rejects.toThrow('keys.invalid');
    await expect(madeKey(join(folder, 'other.json'), 'name', ['everything'])).rejects.toThrow('"everything"');
  });

  test('are asked for where other machines reach the server', async () => {
    await expect(bench.open({ host: '0.0.0.0' })).rejects.toThrow('server.unprotected');
    const open = await bench.open({ host: '0.0.0.0', open: true });
    expect((await get(open.url)).status).toBe(200);
  });
});

describe('limits', () => {
  test('refuse what is too deep, too long in its headers or too slow, each with its code', async () => {
    const server = await bench.open({ limits: { jsonDepth: 8, headerBytes: 2_000, requestMs: 200 } });
    const deep = await post(`${server.url}/predict/${pipeline}`, `${'['.repeat(9)}${']'.repeat(9)}`);
    expect([deep.status, deep.body.code]).toEqual([400, 'request.too-deep']);
    expect((await post(`${server.url}/predict/${pipeline}`, '"[[[[[[[[[[[[[["')).body.code).toBe('request.invalid');
    const head = await said(server, `GET / HTTP/1.1\r\nhost: x\r\nx-long: ${'y'.repeat(3_000)}\r\n\r\n`);
    expect(head).toMatch(/^HTTP\/1.1 431 .*request\.headers-too-large/s);
    const slow = await said(server, 'POST /predict/x HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n{');
    expect(slow).toMatch(/^HTTP\/1.1 408 .*request\.too-slow/s);
  });

  test('refuse connections beyond their number, and take others when one is closed', async () => {
    const server = await bench.open({ limits: { connections: 1 } });
    const { hostname, port } = new URL(server.url);
    const held = connect({ host: hostname, port: Number(port) });
    await new Promise((resolve) => held.once('connect', resolve));
    await until(async () => (await fetch(server.url, { keepalive: false }).catch(() => undefined)) === undefined);
    held.destroy();
    await until(async () => (await fetch(server.url).catch(() => undefined))?.status === 200);
  });

  test('turn requests away that cannot be taken, and answer health all the same', async () => {
    const server = await bench.open({ limits: { concurrency: 0 } });
    const busy = await post(`${server.url}/predict/${pipeline}`, goodRow);
    expect([busy.status, busy.body.code, busy.headers.get('retry-after')]).toEqual([503, 'server.busy', '1']);
    const infer = await post(`${server.url}/v2/models/${pipeline}/infer`, {});
    expect([infer.status, Object.keys(infer.body)]).toEqual([503, ['error']]);
    expect((await get(`${server.url}/v2/health/ready`)).status).toBe(200);
    for (const path of [`/feedback/${pipeline}`, `/v2/models/${pipeline}/feedback`]) {
      expect((await post(server.url + path, { predictionId: 'x/0', label: true })).status).toBe(202);
    }
    expect((await get(`${server.url}/metrics`)).text).toContain('whet_requests_shed_total 2\n');
  });

  test('leave a request whose body is still on its way out of those that are under way', async () => {
    const server = await bench.open({ limits: { concurrency: 1 } });
    const slow = connect(Number(new URL(server.url).port), '127.0.0.1').setEncoding('latin1');
    let said = '';
    slow.on('data', (piece) => {
      said += piece;
    });
    const body = JSON.stringify(goodRow);
    const head = `POST /predict/${pipeline} HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\nexpect: 100-continue\r\n\r\n`;
    slow.write(head);
    await until(() => said.includes('100 Continue'));
    expect((await post(`${server.url}/predict/${pipeline}`, goodRow)).status).toBe(200);
    slow.write(body);
    await until(() => said.includes('HTTP/1.1 200 OK'));
    slow.destroy();
    expect((await get(`${server.url}/metrics`)).text).toContain('whet_requests_in_flight 0\n');
  });

  test('do not score what has no time left', async () => {
    const server = await bench.open();
    const late = await post(`${server.url}/predict/${pipeline}`, goodRow, { 'x-whet-deadline-ms': '0' });
    expect([late.status, late.body.code]).toEqual([504, 'request.late']);
    for (const odd of ['', '-5', 'soon']) {
      const { status, body } = await post(`${server.url}/predict/${pipeline}`, goodRow, { 'x-whet-deadline-ms': odd });
      expect([status, body.code]).toEqual([400, 'request.invalid']);
    }
  });
});

test('TLS takes a renewed certificate for the connections from then on', async () => {
  const tls = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  await makeCertificate(tls, 'first');
  const server = await bench.open({ tls });
  expect(server.url).toMatch(/^https:/);
  expect(await subject(server)).toBe('first');
  await makeCertificate(tls, 'second');
  await until(async () => (await subject(server)) === 'second');
  await expect(bench.open({ tls: { ...tls, key: tls.cert } })).rejects.toThrow('tls.invalid');
});

test('the access log tells who asked for what, and nothing of the rows', async () => {
  const lines: string[] = [];
  const server = await bench.open({ accessLog: (line) => void lines.push(line) });
  await post(`${server.url}/predict/${pipeline}?secret=1`, goodRow, { 'x-request-id': 'mine' });
  await until(() => lines.length > 0);
  const told = JSON.parse(lines[0] ?? '');
  expect(told).toMatchObject({ method: 'POST', path: `/predict/${pipeline}`, status: 200, id: 'mine' });
  expect(told.bytesIn).toBe(JSON.stringify(goodRow).length);
  expect(lines[0]).not.toMatch(/secret|JFK|ORD/);
});

async function madeKey(file: string, name: string, role: string[]): Promise<string> {
  const written: string[] = [];
  const out = vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  try {
    await keyNew({ name, role, keys: file, json: true });
  } finally {
    out.mockRestore();
  }
  return JSON.parse(written.join('')).key;
}

function said(server: Server, text: string): Promise<string> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    let all = '';
    const socket = connect({ host: hostname, port: Number(port) }, () => socket.write(text));
    socket.setEncoding('utf8').on('error', reject);
    socket.on('data', (piece) => {
      all += piece;
    });
    socket.on('close', () => resolve(all));
  });
}

async function makeCertificate({ cert, key }: { cert: string; key: string }, name: string): Promise<void> {
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
  const made = ['-nodes', '-days', '1', '-subj', `/CN=${name}`, '-keyout', key, '-out', cert];
  await execute('openssl', ['req', '-x509', ...curve, ...made]);
}

function subject(server: Server): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const asked = getTls(server.url, { rejectUnauthorized: false, agent: false }, (response) => {
      response.resume();
      const { socket } = response;
      resolve(
        'getPeerCertificate' in socket ? String(Object(socket.getPeerCertificate)?.call(socket).subject.CN) : undefined,
      );
    });
    asked.on('error', reject);
  });
}
