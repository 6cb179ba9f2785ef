import type { Span } from '@opentelemetry/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Traces } from './traces.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Traces every request where the environment names a collector; else nothing is loaded and no request pays for it. */
export function addTraces(server: FastifyInstance, version: string, environment: Environment = process.env): void {
  if (!tracesAreWanted(environment)) return;
  const spans = new WeakMap<FastifyRequest, Span>();
  let traces: Traces | undefined;
  server.addHook('onReady', async () => {
    const { openTraces } = await import('./traces.ts');
    traces = openTraces(version, environment);
  });
  server.addHook('onRequest', (request, _, done) => {
    if (traces !== undefined) spans.set(request, traces.begin(request));
    done();
  });
  server.addHook('onResponse', (request, reply, done) => {
    const span = spans.get(request);
    if (span !== undefined) traces?.end(span, request, reply);
    done();
  });
  server.addHook('onClose', () => traces?.close());
}

export function tracesAreWanted(environment: Environment = process.env): boolean {
  if (environment.OTEL_SDK_DISABLED === 'true' || environment.OTEL_TRACES_EXPORTER === 'none') return false;
  return Boolean(environment.OTEL_EXPORTER_OTLP_ENDPOINT || environment.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT);
}
