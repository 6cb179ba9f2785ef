import { type GraphShape, graphShape } from './graphShape.ts';
import { graphRowSchema, inferSchema, rowSchema, rowsSchema, type Schema, sharedSchemas } from './openApiSchemas.ts';
import type { HeldGraph } from './openedGraph.ts';
import type { RowShape } from './rowShape.ts';
import type { ServingState } from './servingState.ts';

/** The OpenAPI 3.1 document of what this process serves now: each pipeline with its own row. */
export function openApi({ served, graphs, engineVersion, maxRows, url }: ServingState): unknown {
  const loaded = [...served.values()].flatMap(({ pipeline, slots }) => {
    const champion = slots.champion?.loaded;
    return champion === undefined ? [] : [{ pipeline, shape: champion.shape, version: champion.routed.version }];
  });
  const asked = [...graphs].filter(([name, held]) => 'graph' in held && !served.has(name));
  return {
    openapi: '3.1.1',
    info: {
      title: 'Whetstone',
      version: engineVersion,
      description: 'Models that answer, and the labels that come back.',
    },
    servers: [{ url: url() }],
    paths: {
      ...serverPaths(),
      ...Object.assign({}, ...loaded.map((one) => pipelinePaths(one, maxRows))),
      ...Object.fromEntries(asked.map(([name, held]) => graphPath(name, exampleOf(held, served), maxRows))),
    },
    components: { schemas: sharedSchemas(maxRows) },
  };
}

/** A pipeline that answers, and the version that does. */
interface Documented {
  readonly pipeline: string;
  readonly shape: RowShape;
  readonly version: number;
}

type Paths = Readonly<Record<string, Schema>>;

function serverPaths(): Paths {
  const plain = { content: { 'text/plain': { schema: { type: 'string' } } } };
  return {
    '/': { get: told('What is served, with a line to try') },
    '/metrics': { get: operation('Metrics for Prometheus', { 200: { description: 'Text', ...plain } }, 'Failure') },
    '/openapi.json': { get: told('This document') },
    '/v2': { get: told('The server and its extensions', 'ProtocolFailure') },
    '/v2/health/live': { get: told('Whether the process lives', 'ProtocolFailure') },
    '/v2/health/ready': { get: told('Whether every promoted version answers', 'ProtocolFailure') },
    '/v2/models/stats': { get: told('Calls of all models', 'ProtocolFailure') },
  };
}

function pipelinePaths(documented: Documented, mostRows: number): Paths {
  const { pipeline, shape } = documented;
  const model = `/v2/models/${encodeURIComponent(pipeline)}`;
  const feedback = {
    post: {
      ...operation('Labels that came back', { 202: answered('They are stored', 'LabelsStored') }, 'Failure'),
      requestBody: body({ $ref: '#/components/schemas/Labels' }),
    },
  };
  return {
    [`/predict/${encodeURIComponent(pipeline)}`]: {
      post: predictOperation(pipeline, rowSchema(shape), mostRows, 'Answer'),
    },
    [`/feedback/${encodeURIComponent(pipeline)}`]: feedback,
    [`/monitor/${encodeURIComponent(pipeline)}`]: {
      get: told(`What the newest look at ${pipeline} found, its open alerts, and the last decision to retrain`),
    },
    [`${model}/feedback`]: {
      post: { ...feedback.post, responses: { ...feedback.post.responses, ...failures('ProtocolFailure') } },
    },
    ...modelPaths(model, documented),
  };
}

function exampleOf(held: HeldGraph, served: ServingState['served']): GraphShape['example'] {
  return 'graph' in held ? graphShape(held.graph, served).example : {};
}

function graphPath(graph: string, example: GraphShape['example'], mostRows: number): [string, Schema] {
  const row = graphRowSchema(example);
  return [`/predict/${encodeURIComponent(graph)}`, { post: predictOperation(graph, row, mostRows, 'GraphAnswer') }];
}

function predictOperation(name: string, row: Schema, mostRows: number, answer: 'Answer' | 'GraphAnswer'): Schema {
  const answers = { anyOf: [answer, `${answer}s`].map((schema) => ({ $ref: `#/components/schemas/${schema}` })) };
  const ok = { description: 'An answer for one row, answers for several', content: json(answers) };
  return {
    ...operation(`Scores rows of ${name}`, { 200: ok }, 'Failure'),
    parameters: [
      header('x-request-id', "The caller's own id of the request", { type: 'string', maxLength: 256 }),
      header('x-whet-deadline-ms', 'Milliseconds from the arrival to the answer', { type: 'number', minimum: 1 }),
    ],
    requestBody: body(rowsSchema(row, mostRows)),
  };
}

/** Of the Open Inference Protocol v2: the model, and one of its versions by number or alias. */
function modelPaths(model: string, { pipeline, shape, version }: Documented): Paths {
  const label = {
    name: 'version',
    in: 'path',
    required: true,
    schema: { examples: ['champion', String(version)], type: 'string', minLength: 1 },
  };
  const both = (suffix: string, method: string, described: Schema): [string, Schema][] => [
    [`${model}${suffix}`, { [method]: described }],
    [`${model}/versions/{version}${suffix}`, { parameters: [label], [method]: described }],
  ];
  const infer = { ...told(`Scores tensors of ${pipeline}`, 'ProtocolFailure'), requestBody: body(inferSchema(shape)) };
  return Object.fromEntries([
    ...both('', 'get', told(`The inputs and outputs of ${pipeline}`, 'ProtocolFailure')),
    ...both('/ready', 'get', told('Whether it answers', 'ProtocolFailure')),
    ...both('/config', 'get', told("Triton's configuration of it", 'ProtocolFailure')),
    ...both('/stats', 'get', told('Calls of it', 'ProtocolFailure')),
    ...both('/statistics', 'get', told('Calls of it', 'ProtocolFailure')),
    ...both('/infer', 'post', infer),
  ]);
}

function told(summary: string, failure: FailureName = 'Failure'): Schema {
  return operation(summary, { 200: answered(summary, 'Told') }, failure);
}

type FailureName = 'Failure' | 'ProtocolFailure';

function operation(summary: string, ok: Readonly<Record<number, Schema>>, failure: FailureName) {
  return { summary, responses: { ...ok, ...failures(failure) } };
}

/** What any route may answer that cannot do what it is asked. */
const refusals: Readonly<Record<number, string>> = {
  400: 'The request is wrong; the message says where',
  401: 'A key is needed',
  403: 'The key is of another role',
  404: 'There is no such model, version or route',
  405: 'The route takes another method',
  408: 'The request came too slowly',
  413: 'The body, or the number of rows, is too large',
  422: 'The model has no score for these values',
  431: 'The headers are too large',
  501: 'The protocol has it, this server has not',
  503: 'Not now: ask again after Retry-After',
  504: 'The deadline is over',
};

function failures(name: FailureName): Readonly<Record<string, Schema>> {
  return Object.fromEntries(Object.entries(refusals).map(([status, why]) => [status, answered(why, name)]));
}

function answered(description: string, name: string): Schema {
  return { description, content: json({ $ref: `#/components/schemas/${name}` }) };
}

function body(schema: Schema): Schema {
  return { required: true, content: json(schema) };
}

function json(schema: Schema): Schema {
  return { 'application/json': { schema } };
}

function header(name: string, description: string, schema: Schema): Schema {
  return { name, in: 'header', required: false, description, schema };
}
