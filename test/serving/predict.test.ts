import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Server } from '../../serving/server.ts';
import { get, goodRow, openWorkbench, pipeline, post, putVersion, route, scoreOf, type Workbench } from './fixture.ts';

describe('POST /predict', () => {
  let bench: Workbench;
  let server: Server;
  let url: string;
  beforeAll(async () => {
    bench = await openWorkbench();
    await route(bench.store, 1, await putVersion(bench.store, 1));
    server = await bench.open();
    url = `${server.url}/predict/${pipeline}`;
  });
  afterAll(() => bench.close());

  test('answers one row with its score, the threshold and who answered', async () => {
    const { status, body } = await post(url, goodRow);
    expect(status).toBe(200);
    expect(body).toMatchObject({ answer: 'late', threshold: 0.6, model: pipeline, version: 1, variant: 'champion' });
    expect(body.score).toBeCloseTo(scoreOf(1, 12, 733, 'ORD'), 5);
    expect(body.predictionId).toBe(`${body.requestId}/0`);
    expect(body.id).toBeUndefined();
  });

  test('answers many rows in their order, and echoes the id of the body', async () => {
    const rows = [goodRow, { ...goodRow, origin: 'LAX', distance: 0, date: '2001-03-15T00:10' }];
    const { body } = await post(url, { rows, id: 'mine' });
    expect(body.id).toBe('mine');
    expect(body.predictions.map(({ answer }) => answer)).toEqual(['late', 'on time']);
    expect(body.predictions[1]?.predictionId).toBe(`${body.requestId}/1`);
    const bare = await post(url, rows, { 'x-request-id': 'theirs' });
    expect(bare.body.id).toBe('theirs');
    expect(bare.body.predictions[1]?.score).toBeCloseTo(scoreOf(1, 0, 0, 'LAX'), 5);
  });

  test.each([
    ['milliseconds', Date.parse('2001-03-15T12:00:00Z')],
    ['ISO without a zone, which is UTC', '2001-03-15T12:59:59.999'],
    ['ISO with an offset', '2001-03-15T14:00:00+02:00'],
    ['a space for the T', '2001-03-15 12:00'],
  ])('reads a date as %s', async (_, date) => {
    const { body } = await post(url, { ...goodRow, date });
    expect(body.score).toBeCloseTo(scoreOf(1, 12, 733, 'ORD'), 5);
  });

  test.each([
    ['a missing column', without('origin'), 400, 'row.missing-column', /'origin'.*Send a row such as \{"date"/],
    ['two missing columns', { date: 0, distance: 5 }, 400, 'row.missing-column', /'destination', 'origin'/],
    ['a misspelt column', { ...without('origin'), orign: 'ORD' }, 400, 'row.extra-column', /did you mean 'origin'/],
    ['an extra column', { ...goodRow, carrier: 'AA' }, 400, 'row.extra-column', /'carrier' in row 0/],
    ['text for a number', { ...goodRow, distance: '733' }, 400, 'row.wrong-value', /whole number.*'distance'.*"733"/],
    ['a fraction for a whole number', { ...goodRow, distance: 7.5 }, 400, 'row.wrong-value', /7\.5/],
    [
      'a rounded int64',
      `{"date":0,"destination":"A","distance":9007199254740993,"origin":"B"}`,
      400,
      'row.wrong-value',
      /text/,
    ],
    ['NaN as text', { ...goodRow, distance: 'NaN' }, 400, 'row.wrong-value', /"NaN"/],
    [
      'NaN as JSON',
      '{"date":0,"destination":"A","distance":NaN,"origin":"B"}',
      400,
      'request.invalid',
      /not valid JSON/,
    ],
    ['null', { ...goodRow, distance: null }, 400, 'row.wrong-value', /null in row 0/],
    ['infinity', '{"date":0,"destination":"A","distance":1e999,"origin":"B"}', 400, 'row.wrong-value', /whole/],
    ['a number for text', { ...goodRow, origin: 5 }, 400, 'row.wrong-value', /text in column 'origin'/],
    ['no date', { ...goodRow, date: 'yesterday' }, 400, 'row.wrong-value', /ISO time.*yesterday/],
    ['a day that is none', { ...goodRow, date: '2001-02-30' }, 400, 'row.wrong-value', /2001-02-30/],
    ['broken JSON', '{"date":', 400, 'request.invalid', /expected JSON.*Send a row such as/],
    ['no body', '', 400, 'request.invalid', /empty/],
    ['a number as body', '5', 400, 'request.invalid', /row as an object/],
    ['no rows', { rows: [] }, 400, 'request.invalid', /at least one row/],
    ['a row that is no object', [goodRow, 5], 400, 'request.invalid', /5 in row 1/],
    ['a bad row among good ones', [goodRow, without('date')], 400, 'row.missing-column', /row 1 without it/],
    ['something beside rows', { rows: [goodRow], limit: 5 }, 400, 'request.invalid', /'limit'/],
    ['a long id', { ...goodRow, id: 'x'.repeat(300) }, 400, 'request.invalid', /256 characters/],
    ['a name that objects have', { ...goodRow, constructor: 1 }, 400, 'row.extra-column', /'constructor'/],
    ['too many rows', { rows: new Array(10_001).fill(goodRow) }, 413, 'request.too-large', /at most 10000 rows/],
    ['20 MB', 'x'.repeat(20_000_000), 413, 'request.too-large', /at most 16777216 bytes/],
  ])('refuses %s and goes on', async (_, body, status, code, text) => {
    const refused = await post(url, body);
    expect([refused.status, refused.body.code]).toEqual([status, code]);
    expect(refused.body.error).toMatch(text);
    expect(Object.keys(refused.body)).toEqual(['error', 'code']);
    expect((await post(url, goodRow)).status).toBe(200);
  });

  test('knows the columns that the label is made of', async () => {
    const other = await openWorkbench();
    try {
      await other.store.put('plans/none.json', Buffer.from('{"label":{"name":"late","from":{"column":"delay"}}}'));
      await route(other.store, 1, await putVersion(other.store, 1));
      const { url } = await other.open();
      const { status, body } = await post(`${url}/predict/${pipeline}`, { ...goodRow, delay: 5 });
      expect([status, body.code]).toEqual([400, 'row.extra-column']);
      expect(body.error).toContain("'delay', which the label is made of and nobody knows yet, in row 0");
    } finally {
      await other.close();
    }
  });

  test('takes an unknown airport for an unseen one', async () => {
    const { status, body } = await post(url, { ...goodRow, origin: 'ZZZ' });
    expect(status).toBe(200);
    expect(body.score).toBeCloseTo(scoreOf(1, 12, 733, 'ZZZ'), 5);
  });

  test('takes a whole number beyond 2^53 as decimal text', async () => {
    expect((await post(url, { ...goodRow, distance: '9007199254740993' })).body.score).toBe(1);
    expect((await post(url, { ...goodRow, distance: '9223372036854775808' })).status).toBe(400);
  });

  test('names the pipelines when asked for another', async () => {
    const { status, body } = await post(`${server.url}/predict/flight-delay`, goodRow);
    expect(status).toBe(404);
    expect(body).toEqual({
      error: expect.stringContaining("expected one of flight-delays, but came 'flight-delay' (did you mean"),
      code: 'model.unknown',
    });
  });

  test('takes a body without a content type, and of any', async () => {
    const bytes = await fetch(url, { method: 'POST', body: Buffer.from(JSON.stringify(goodRow)) });
    expect(bytes.status).toBe(200);
    for (const type of ['application/json', 'application/x-www-form-urlencoded', 'application/octet-stream']) {
      expect((await post(url, goodRow, { 'content-type': type })).status).toBe(200);
    }
  });

  test.each([
    ['GET', '/predict/flight-delays', 405],
    ['DELETE', '/v2/models/flight-delays/infer', 405],
    ['POST', '/v2/health/live', 405],
    ['GET', '/nowhere', 404],
    ['GET', '/%zz', 400],
  ])('%s %s is %i, with an error', async (method, path, status) => {
    const response = await fetch(`${server.url}${path}`, { method });
    expect(response.status).toBe(status);
    const said = (await response.json()) as object;
    expect(said).toMatchObject({ error: expect.any(String) });
    expect('code' in said).toBe(!path.startsWith('/v2'));
    expect(response.headers.get('allow') !== null).toBe(status === 405);
  });

  test('shows a curl line that works, and counts', async () => {
    const { body } = await get(server.url);
    expect(body.serves[0]).toMatchObject({ pipeline, champion: 1, epoch: 1, slot: 'blue', challenger: null });
    const [, address, row] = /^curl -s (\S+) -d '(.*)'$/.exec(body.serves[0]?.try ?? '') ?? [];
    expect((await post(address ?? '', row)).status).toBe(200);
    const metrics = await get(`${server.url}/metrics`);
    expect(metrics.text).toMatch(/^whet_requests_total\{route="\/predict\/:pipeline",code="200"\} \d+$/m);
    expect(metrics.text).toMatch(/^whet_predictions_total\{pipeline="flight-delays",version="1"\} \d+$/m);
    expect(metrics.text).toContain('whet_routing_epoch{pipeline="flight-delays"} 1\n');
    expect(metrics.text).toMatch(
      /^whet_request_duration_seconds_bucket\{route="\/predict\/:pipeline",le="\+Inf"\} (\d+)$/m,
    );
  });
});

function without(name: keyof typeof goodRow): object {
  return Object.fromEntries(Object.entries(goodRow).filter(([each]) => each !== name));
}
