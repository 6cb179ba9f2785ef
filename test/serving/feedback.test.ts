import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { FeedbackLine } from '../../core/feedback.ts';
import type { Server } from '../../serving/server.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { kindOf } from '../../upkeep/storedKind.ts';
import { goodRow, openWorkbench, pipeline, post, putVersion, route, vanishing, type Workbench } from './fixture.ts';

const now = Date.parse('2001-03-15T14:59:59.999Z');

describe('POST /feedback', () => {
  let bench: Workbench;
  let server: Server;
  let flaky: ReturnType<typeof vanishing>;
  beforeAll(async () => {
    bench = await openWorkbench();
    await route(bench.store, 1, await putVersion(bench.store, 1));
    flaky = vanishing(bench.store);
    server = await bench.open({
      store: flaky.store,
      clock: () => now,
      intervals: { logMs: 60_000, routingMs: 60_000 },
    });
  });
  afterAll(() => bench.close());
  afterEach(async () => {
    await Promise.all((await bench.store.list('feedback/')).map((key) => bench.store.remove(key)));
  });
  const send = (body: unknown, path = `/feedback/${pipeline}`) => post(server.url + path, body);

  test('stores labels by prediction, request and row, and key, before it answers and before the log is written', async () => {
    const { body } = await post(`${server.url}/predict/${pipeline}`, goodRow);
    const labels = [
      { predictionId: body.predictionId, label: true, labelAt: '2001-03-15T14:00:00Z' },
      { requestId: body.requestId, row: 0, label: 'late', labelAt: Date.parse('2001-03-15T14:00:00Z') },
      { key: { flight: 'AA 17', leg: 2 }, eventTime: '2001-03-15 12:30', label: 0 },
    ];
    const answer = await send({ labels });
    expect([answer.status, answer.body]).toEqual([202, { stored: 2, repeated: 1 }]);
    const [first, second] = await linesIn(bench.store);
    expect(first).toEqual({
      feedbackId: expect.stringMatching(/^[0-9a-f]{32}$/),
      pipeline,
      key: { kind: 'prediction', predictionId: body.predictionId },
      label: true,
      labelAt: '2001-03-15T14:00:00.000Z',
      receivedAt: '2001-03-15T14:59:59.999Z',
    });
    expect(second).toMatchObject({
      key: { kind: 'row', columns: { flight: 'AA 17', leg: 2 }, eventTime: '2001-03-15T12:30:00.000Z' },
      label: false,
    });
    expect(second).not.toHaveProperty('labelAt');
    expect(await bench.store.list(`predictions/${pipeline}/`)).toEqual([]);
    const [key = ''] = await bench.store.list('feedback/');
    expect(kindOf(key)).toBe('feedback');
    expect(key).toMatch(/^feedback\/flight-delays\/2001-03-15T14\/[0-9a-f]{16}-\d+\.sha256=[0-9a-f]{64}\.ndjson$/);
  });

  test('keeps a correction beside what it corrects; sent again, nothing changes', async () => {
    const label = { predictionId: 'x/0', label: true, labelAt: '2001-03-15T13:00:00Z' };
    await send(label, `/v2/models/${pipeline}/feedback`);
    await send({ ...label, label: false, labelAt: '2001-03-15T14:00:00Z' });
    const before = await linesIn(bench.store);
    expect(before.map((line) => line.label).sort()).toEqual([false, true]);
    await send([label, label]);
    const ids = (await linesIn(bench.store)).map(({ feedbackId }) => feedbackId);
    expect([ids.length, new Set(ids)]).toEqual([3, new Set(before.map(({ feedbackId }) => feedbackId))]);
  });

  test('writes labels that come at once together', async () => {
    await Promise.all(Array.from({ length: 50 }, (_, at) => send({ predictionId: `x/${at}`, label: true })));
    expect(await linesIn(bench.store)).toHaveLength(50);
    expect((await bench.store.list('feedback/')).length).toBeLessThan(50);
  });

  test('says when the store does not take them, and takes them once it does', async () => {
    flaky.gone = true;
    const refused = await send({ predictionId: 'x/0', label: true });
    expect([refused.status, refused.body.code, refused.headers.get('retry-after')]).toEqual([
      503,
      'feedback.not-stored',
      '1',
    ]);
    flaky.gone = false;
    expect((await send({ predictionId: 'x/0', label: true })).status).toBe(202);
  });

  test.each([
    ['no key', { label: true }, /columns of the contract's key as, but came nothing in label 0/],
    ['no label', { predictionId: 'x/0' }, /'late' or 'on time' as the label, but came nothing in label 0/],
    ['another word', { predictionId: 'x/0', label: 'early' }, /"early" in label 0/],
    ['a number', { predictionId: 'x/0', label: 2 }, /came 2/],
    ['two keys', { predictionId: 'x/0', requestId: 'x', label: true }, /nothing beside.*"requestId" in label 0/],
    ['a misspelt field', { predictionId: 'x/0', label: true, labeledAt: 5 }, /"labeledAt"/],
    ['a row that is none', { requestId: 'x', row: -1, label: true }, /-1 in label 0/],
    ['a time that is none', { predictionId: 'x/0', label: true, labelAt: 'noon' }, /"noon" in labelAt of label 0/],
    ['a key without its time', { key: { a: 1 }, label: true }, /nothing in eventTime of label 0/],
    ['a key of objects', { key: { a: {} }, eventTime: 0, label: true }, /contract's key/],
    ['an empty id', { predictionId: '', label: true }, /predictionId as text/],
    ['a bad one among good ones', [{ predictionId: 'x/0', label: true }, 5], /5 in label 1/],
  ])('refuses %s, and stores nothing of the request', async (_, body, message) => {
    const refused = await send(body);
    expect([refused.status, refused.body.code]).toEqual([400, 'feedback.invalid']);
    expect(refused.body.error).toMatch(message);
    expect(await linesIn(bench.store)).toEqual([]);
  });

  test('knows its pipelines and its limits', async () => {
    expect((await send({ predictionId: 'x/0', label: true }, '/feedback/other')).status).toBe(404);
    expect((await send([])).body.code).toBe('request.invalid');
    expect((await send('{')).body.code).toBe('request.invalid');
    const many = Array.from({ length: 10_001 }, (_, at) => ({ predictionId: `x/${at}`, label: true }));
    expect((await send(many)).status).toBe(413);
  });
});

async function linesIn(store: ObjectStore): Promise<FeedbackLine[]> {
  const files = await Promise.all((await store.list('feedback/')).map((key) => store.read(key)));
  return files.flatMap((file) =>
    Buffer.from(file?.bytes ?? [])
      .toString()
      .split('\n')
      .filter((text) => text !== '')
      .map((text) => JSON.parse(text)),
  );
}
