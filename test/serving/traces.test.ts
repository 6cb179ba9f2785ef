import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { goodRow, openWorkbench, pipeline, post, putVersion, route, until, type Workbench } from './fixture.ts';

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string; readonly intValue?: number | string };
}

interface Span {
  readonly traceId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly status: { readonly code?: number };
  readonly attributes: readonly Attribute[];
}

interface Export {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly Span[] }[];
  }[];
}

/** What a collector was sent, as JSON of OTLP over HTTP. */
const exported: Export[] = [];
const collector = createServer(async (request, response) => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  exported.push(JSON.parse(Buffer.concat(parts).toString()));
  response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
});
let bench: Workbench;
beforeAll(async () => {
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  bench = await openWorkbench();
  await route(bench.store, 7, await putVersion(bench.store, 1));
});
afterEach(() => {
  vi.unstubAllEnvs();
  exported.length = 0;
});
afterAll(async () => {
  await bench.close();
  collector.close();
});

test('each request is a span with the names of the conventions, below that of the caller', async () => {
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', endpoint());
  vi.stubEnv('OTEL_SERVICE_NAME', 'delays');
  const server = await bench.open({ engineVersion: '1.2.3' });
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const traceparent = `00-${traceId}-b7ad6b7169203331-01`;
  await post(`${server.url}/predict/${pipeline}?x=secret`, goodRow, { traceparent });
  await post(`${server.url}/v2/models/nobody/infer`, {});
  await server.close();
  const spans = await until(() => (spansOf().length === 2 ? spansOf() : undefined));
  const [answered, refused] = ['/predict/:pipeline', '/v2/models/:model/infer'].map((path) =>
    spans.find(({ name }) => name === `POST ${path}`),
  );
  expect(answered).toMatchObject({ traceId, parentSpanId: 'b7ad6b7169203331', kind: 2 });
  expect(attributesOf(answered?.attributes)).toMatchObject({
    'http.request.method': 'POST',
    'http.route': '/predict/:pipeline',
    'http.response.status_code': '200',
    'url.path': `/predict/${pipeline}`,
    'url.scheme': 'http',
    'whetstone.pipeline': pipeline,
    'whetstone.version': '1',
    'whetstone.variant': 'champion',
    'whetstone.epoch': '7',
  });
  expect(attributesOf(refused?.attributes)['http.response.status_code']).toBe('404');
  expect(refused?.traceId).not.toBe(traceId);
  const resource = attributesOf(exported[0]?.resourceSpans[0]?.resource.attributes);
  expect(resource).toMatchObject({ 'service.name': 'delays', 'service.version': '1.2.3' });
  expect(JSON.stringify(exported)).not.toMatch(/secret|JFK/);
});

test.each([
  ['always_off', '', 0],
  ['parentbased_always_off', '', 1],
  ['parentbased_traceidratio', '0', 1],
  ['traceidratio', '1', 2],
])('the sampler %s with %j keeps %i of a request with a sampled caller and one without', async (name, share, kept) => {
  vi.stubEnv('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', `${endpoint()}/v1/traces`);
  vi.stubEnv('OTEL_TRACES_SAMPLER', name);
  vi.stubEnv('OTEL_TRACES_SAMPLER_ARG', share);
  const server = await bench.open();
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  await post(`${server.url}/predict/${pipeline}`, goodRow, { traceparent });
  await post(`${server.url}/predict/${pipeline}`, goodRow);
  await server.close();
  expect(spansOf()).toHaveLength(kept);
});

function endpoint(): string {
  return `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
}

function spansOf(): Span[] {
  return exported.flatMap(({ resourceSpans }) =>
    resourceSpans.flatMap((each) => each.scopeSpans.flatMap((of) => of.spans)),
  );
}

function attributesOf(attributes: readonly Attribute[] = []): Record<string, string> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? String(value.intValue)]));
}
