import type { RawColumn } from '../core/modelPackage.ts';
import type { RowShape } from './rowShape.ts';
import { datatypeOf } from './rowShape.ts';

/** A JSON schema, of the dialect that OpenAPI 3.1 takes (2020-12). */
export type Schema = Readonly<Record<string, unknown>>;

/** What every pipeline's answers and requests have in common, by name, for `components.schemas`. */
export function sharedSchemas(mostRows: number): Readonly<Record<string, Schema>> {
  return {
    Failure: object({ error: text(), code: { ...text(), description: 'A code of docs/errors.md.' } }),
    ProtocolFailure: object({ error: text() }),
    Answer: object({ ...answerParts, ...rowAnswer, id: text() }, ['id']),
    Answers: object({ ...answerParts, id: text(), predictions: list(object(rowAnswer)) }, ['id']),
    GraphAnswer: object({ ...graphParts, ...graphRowAnswer, id: text() }, ['id']),
    GraphAnswers: object({ ...graphParts, id: text(), predictions: list(object(graphRowAnswer)) }, ['id']),
    Label: { anyOf: labelWays.map((way) => object({ ...way, label, labelAt: time }, ['labelAt'])) },
    Labels: {
      anyOf: [
        { $ref: '#/components/schemas/Label' },
        { ...list({ $ref: '#/components/schemas/Label' }), minItems: 1, maxItems: mostRows },
      ],
    },
    LabelsStored: object({ stored: { type: 'integer' }, repeated: { type: 'integer' } }),
    Told: { type: 'object' },
  };
}

/** A row as `POST /predict` takes it, with an `id` beside its columns where no column has that name. */
export function rowSchema({ columns, byName, example }: RowShape): Schema {
  const properties = Object.fromEntries(columns.map(({ column }) => [column.name, columnSchema(column)]));
  const beside = byName.has('id') ? {} : { id };
  return { ...object({ ...properties, ...beside }, byName.has('id') ? [] : ['id']), examples: [example] };
}

/** A row of a serving graph, whose models read the columns that they take. */
export function graphRowSchema(example: Readonly<Record<string, unknown>>): Schema {
  return { type: 'object', examples: [example] };
}

/** What `POST /predict` takes: a row, rows, or rows with an id. */
export function rowsSchema(row: Schema, mostRows: number): Schema {
  const rows = { ...list(row), minItems: 1, maxItems: mostRows };
  return { anyOf: [row, rows, object({ rows, id }, ['id'])] };
}

/** A request of the Open Inference Protocol v2, in JSON. */
export function inferSchema({ columns, tensorAdvice }: RowShape): Schema {
  const tensors = columns.map(({ column }) => ({
    ...object({
      name: { const: column.name },
      datatype: { const: datatypeOf(column) },
      shape: { type: 'array', items: { type: 'integer', minimum: 1 }, minItems: 1 },
      data: { type: 'array' },
    }),
  }));
  const inputs = { type: 'array', items: { anyOf: tensors }, minItems: columns.length };
  return { ...object({ inputs, id: text() }, ['id']), description: tensorAdvice };
}

export function object(properties: Readonly<Record<string, Schema>>, optional: readonly string[] = []): Schema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', properties, required, additionalProperties: false };
}

export function text(): Schema {
  return { type: 'string' };
}

function list(items: Schema): Schema {
  return { type: 'array', items };
}

const id: Schema = { anyOf: [{ type: 'string', maxLength: 256 }, { type: 'integer' }] };
const shortText: Schema = { type: 'string', minLength: 1, maxLength: 512 };
const wholeRow: Schema = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER };

const isoTime: Schema = {
  type: 'string',
  pattern: '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|1\\d|2[0-8])(T([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d)?Z)?$',
};

const time: Schema = {
  anyOf: [isoTime, { type: 'integer', minimum: -62_167_219_200_000, maximum: 253_402_300_799_999 }],
  description: 'ISO 8601, or milliseconds UTC.',
};

const label: Schema = { enum: [true, false, 0, 1], description: "Or one of the answer's words." };
const labelWays: readonly Readonly<Record<string, Schema>>[] = [
  { predictionId: shortText },
  { requestId: shortText, row: wholeRow },
  {
    key: {
      type: 'object',
      additionalProperties: { type: ['string', 'number', 'boolean'], maxLength: 512 },
      propertyNames: { maxLength: 512 },
      minProperties: 1,
      maxProperties: 32,
    },
    eventTime: time,
  },
];

const share: Schema = { type: 'number', minimum: 0, maximum: 1 };
const rowAnswer = { answer: text(), score: share, predictionId: text() };
const answerParts = {
  threshold: { type: 'number' },
  model: text(),
  version: { type: 'integer' },
  variant: text(),
  reason: text(),
  digest: text(),
  epoch: { type: 'integer' },
  requestId: text(),
};

const count: Schema = { type: 'integer', minimum: 1 };
const nodeFacts = {
  ...{ rows: count, ms: { type: 'number', minimum: 0 }, score: share, failed: text(), skipped: { const: true } },
  ...{ model: text(), version: count, variant: text(), reason: text(), epoch: { type: 'integer' }, digest: text() },
  ...{ requestId: text(), to: { type: 'object', additionalProperties: count } },
};
const graphNode = object({ node: text(), kind: text(), ...nodeFacts }, Object.keys(nodeFacts));
const graphRowAnswer = { answer: text(), score: share, threshold: { type: 'number' } };
const graphParts = { graph: text(), digest: text(), requestId: text(), nodes: list(graphNode) };

/** Whole numbers beyond 2^53 may also come as decimal text, which a schema cannot tell from others. */
const types: Record<RawColumn['type'], Schema> = {
  int: { type: 'integer', minimum: -Number.MAX_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER },
  number: { type: 'number' },
  string: { type: 'string' },
  boolean: { type: 'boolean' },
  date: { anyOf: [isoTime, { type: 'integer', minimum: -8.64e15, maximum: 8.64e15 }] },
};

function columnSchema({ type, nullable }: RawColumn): Schema {
  return nullable ? { anyOf: [types[type], { type: 'null' }] } : types[type];
}
