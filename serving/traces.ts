import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Spans of requests, sent to a collector in the background. */
export interface Traces {
  /** The span of a request that has come, below the caller's where its `traceparent` names one. */
  begin(request: FastifyRequest): Span;
  end(span: Span, request: FastifyRequest, reply: FastifyReply): void;
  /** Sends what waits. */
  close(): Promise<void>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Traces as the variables of OpenTelemetry ask for them: `OTEL_EXPORTER_OTLP_ENDPOINT` and its kin, which the exporter reads,
 * `OTEL_SERVICE_NAME`, `OTEL_TRACES_SAMPLER` and `OTEL_TRACES_SAMPLER_ARG`. Names of attributes are those of its semantic conventions for
 * HTTP servers.
 */
export function openTraces(version: string, environment: Environment): Traces {
  const service = { 'service.name': environment.OTEL_SERVICE_NAME ?? 'whetstone', 'service.version': version };
  const provider = new TracerProvider({
    resource: defaultResource().merge(resourceFromAttributes(service)),
    sampler: samplerOf(environment),
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
  });
  const tracer = provider.getTracer('whetstone', version);
  return {
    begin(request) {
      const { method, routeOptions, headers } = request;
      const route = routeOptions.url;
      const name = route === undefined ? method : `${method} ${route}`;
      const options = { kind: SpanKind.SERVER, attributes: requestAttributes(request, route) };
      return tracer.startSpan(name, options, callerContext(headers.traceparent));
    },
    end(span, { answeredBy }, { statusCode }) {
      if (answeredBy !== undefined) {
        const { pipeline, version: answered, variant, epoch } = answeredBy;
        span.setAttribute('whetstone.pipeline', pipeline);
        span.setAttribute('whetstone.version', answered);
        span.setAttribute('whetstone.variant', variant);
        span.setAttribute('whetstone.epoch', epoch);
      }
      span.setAttribute('http.response.status_code', statusCode);
      if (statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR }).setAttribute('error.type', `${statusCode}`);
      span.end();
    },
    close: () => provider.shutdown(),
  };
}

function requestAttributes(request: FastifyRequest, route: string | undefined): Attributes {
  const { method, url, protocol, hostname, port, ip, headers } = request;
  return {
    'http.request.method': method,
    'url.path': url.split('?')[0] ?? url,
    'url.scheme': protocol,
    'server.address': hostname,
    'client.address': ip,
    'network.protocol.version': request.raw.httpVersion,
    ...(port === null ? {} : { 'server.port': port }),
    ...(route === undefined ? {} : { 'http.route': route }),
    ...(headers['user-agent'] === undefined ? {} : { 'user_agent.original': headers['user-agent'] }),
  };
}

/** W3C Trace Context, level 2: two digits of a version, the trace, the caller's span, and flags. */
const traceparent = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-|$)/;

function callerContext(header: unknown): Context {
  const match = typeof header === 'string' ? traceparent.exec(header) : null;
  if (match === null) return ROOT_CONTEXT;
  const [, traceId = '', spanId = '', flags = ''] = match;
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16),
    isRemote: true,
  });
}

/** By the names of OpenTelemetry's own specification; the caller's decision counts first where none is given. */
function samplerOf({
  OTEL_TRACES_SAMPLER: name = 'parentbased_always_on',
  OTEL_TRACES_SAMPLER_ARG: share,
}: Environment): Sampler {
  const root = name.replace('parentbased_', '');
  const plain =
    root === 'always_off'
      ? new AlwaysOffSampler()
      : root === 'traceidratio'
        ? new TraceIdRatioBasedSampler(Number(share ?? 1))
        : new AlwaysOnSampler();
  return name === root ? plain : new ParentBasedSampler({ root: plain });
}
