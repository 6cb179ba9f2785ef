import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type FeedbackLine, labelsByKey } from '../../core/feedback.ts';
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
    const before = labelsByKey(await linesIn(bench.store));
    expect([...before.values()].map((lines) => lines.map((line) => line.label))).toEqual([[true, false]]);
    await send([label, label]);
    expect(await linesIn(bench.store)).toHaveLength(3);
    expect(labelsByKey(await linesIn(bench.store))).toEqual(before);
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

test('which label holds does not depend on the order of the lines, nor on how often they come', () => {
  const line = fc
    .record({ key: fc.nat(3), label: fc.boolean(), at: fc.option(fc.nat(5)), received: fc.nat(9) })
    .map(({ key, label, at, received }): FeedbackLine => {
      const time = (minute: number) => `2001-03-15T12:0${minute}:00.000Z`;
      const said = { key: { kind: 'prediction' as const, predictionId: `x/${key}` }, label };
      const labelAt = at === null ? {} : { labelAt: time(at) };
      return { feedbackId: `${key} ${label} ${at}`, pipeline, ...said, ...labelAt, receivedAt: time(received) };
    });
  const lines = fc.array(line, { maxLength: 30 });
  fc.assert(
    fc.property(lines, fc.infiniteStream(fc.nat()), (given, draws) => {
      const sorted = (lines: FeedbackLine[]) => [...labelsByKey(lines)].sort(([a], [b]) => (a < b ? -1 : 1));
      const keyed = given.map((each) => [draws.next().value, each] as const);
      const shuffled = keyed.sort(([a], [b]) => a - b).map(([, each]) => each);
      expect(sorted([...shuffled, ...given])).toEqual(sorted(given));
    }),
  );
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
