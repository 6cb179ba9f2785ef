import type { Random } from '../../../core/random.ts';
import { goodRow, pipeline } from '../../../test/serving/fixture.ts';
import { binaryBody, noon, rawInputs } from '../../../test/serving/tensorRequest.ts';
import { mutateBytes, mutateValue, pick, randomBytes } from './mutate.ts';

/** A request to send. */
export interface FuzzCase {
  readonly kind: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const inferPath = `/v2/models/${pipeline}/infer`;
const predictPath = `/predict/${pipeline}`;
const jsonBytes = 'inference-header-content-length';

const goodTime = Date.parse(goodRow.date);

const jsonRequest = {
  id: 'fuzz',
  inputs: [
    { name: 'date', datatype: 'INT64', shape: [2], data: [noon, noon] },
    { name: 'destination', datatype: 'BYTES', shape: [2, 1], data: [['JFK'], ['LAX']] },
    { name: 'distance', datatype: 'FP64', shape: [2], data: [733, 100] },
    { name: 'origin', datatype: 'BYTES', shape: [2], data: ['ORD', 'LAX'] },
  ],
  outputs: [{ name: 'score', parameters: { binary_data: false } }, { name: 'answer' }],
  parameters: { binary_data_output: false },
};

/** What a good request must be answered with: the score of the good row, which the caller looks for in the answer. */
export const goodCases: readonly FuzzCase[] = [
  { kind: 'good predict', ...posted(predictPath, Buffer.from(JSON.stringify(goodRow))) },
  { kind: 'good rows', ...posted(predictPath, Buffer.from(JSON.stringify({ rows: [goodRow, goodRow] }))) },
  { kind: 'good tensors', ...posted(inferPath, Buffer.from(JSON.stringify(goodTensors()))) },
  { kind: 'good binary', ...binary(binaryBody(rawGood())) },
];

/** A request that is wrong in some way, most of the time. */
export function fuzzCase(random: Random): FuzzCase {
  const made = pick(random, makers)(random);
  return random.below(10) === 0 ? { ...made, headers: { ...made.headers, ...oddHeader(random) } } : made;
}

const makers: readonly ((random: Random) => FuzzCase)[] = [
  (random) => ({ kind: 'tensors', ...posted(inferPath, json(mutateValue(random, jsonRequest))) }),
  (random) => ({ kind: 'tensors as bytes', ...posted(inferPath, mutateBytes(random, json(jsonRequest))) }),
  (random) => ({ kind: 'rows', ...posted(predictPath, json(mutateValue(random, { rows: [goodRow], id: 'a' }))) }),
  (random) => ({ kind: 'rows as bytes', ...posted(predictPath, mutateBytes(random, json(goodRow))) }),
  describedBinary,
  (random) => {
    const { body, jsonBytes: length } = binaryBody(rawInputs());
    return { kind: 'raw bytes', ...binary({ body: mutateBytes(random, body), jsonBytes: length }) };
  },
  (random) => {
    const { body } = binaryBody(rawInputs());
    return { kind: 'binary header', ...binary({ body, jsonBytes: oddLength(random, body.length) }) };
  },
  (random) => ({ kind: 'noise', ...posted(pick(random, paths), randomBytes(random, random.below(300))) }),
  (random) => {
    const method = pick(random, ['GET', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'POST']);
    return { kind: 'route', method, path: oddPath(random), headers: {}, body: json(jsonRequest) };
  },
];

/** The JSON before the raw tensors says something else of them. */
function describedBinary(random: Random): FuzzCase {
  const { body, jsonBytes: length } = binaryBody(rawInputs(), { parameters: { binary_data_output: true } });
  const described = json(mutateValue(random, JSON.parse(body.subarray(0, length).toString())));
  const whole = Buffer.concat([described, body.subarray(length)]);
  return { kind: 'binary sizes', ...binary({ body: whole, jsonBytes: described.length }) };
}

function oddLength(random: Random, bodyBytes: number): number | string {
  if (random.below(2) === 0) return random.below(bodyBytes + 20);
  return pick(random, ['', '-1', '1.5', '1e2', '0x10', '99999999999999999999', 'NaN', '10, 10', ' 12', '12abc', '+5']);
}

const paths = [inferPath, predictPath, `/v2/models/${pipeline}/versions/1/infer`, '/v2/repository/index', '/'];

function oddPath(random: Random): string {
  const label = encodeURIComponent(
    pick(random, ['champion', '1', '01', '-1', '', '..', '%', '__proto__', '機場', 'x'.repeat(300)]),
  );
  return pick(random, [
    `/v2/models/${pipeline}/versions/${label}/infer`,
    `/v2/models/${label}/infer`,
    `/v2/models/${label}/versions/${label}`,
    `/v2/models/${pipeline}/${label}`,
    `/predict/${label}`,
    `/v2/repository/models/${label}/load`,
    `/v2/models/%${random.below(100)}/infer`,
  ]);
}

function oddHeader(random: Random): Record<string, string> {
  return pick(random, [
    { 'x-request-id': 'x'.repeat(random.below(600)) },
    { 'content-type': pick(random, ['text/plain', 'application/x-www-form-urlencoded', ';;', 'multipart/form-data']) },
    { 'content-encoding': pick(random, ['gzip', 'br', 'identity', 'x']) },
    { 'x-whet-deadline-ms': pick(random, ['-1', '0', 'soon', '', 'NaN']) },
    { accept: 'application/xml' },
    { expect: '100-continue' },
  ]);
}

function posted(path: string, body: Buffer): Omit<FuzzCase, 'kind'> {
  return { method: 'POST', path, headers: { 'content-type': 'application/json' }, body };
}

function binary({ body, jsonBytes: length }: { body: Buffer; jsonBytes: number | string }): Omit<FuzzCase, 'kind'> {
  return { ...posted(inferPath, body), headers: { [jsonBytes]: String(length) } };
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value) ?? 'undefined');
}

function goodTensors(): object {
  const values: Record<string, unknown> = { ...goodRow, date: goodTime };
  return { inputs: rawInputs().map(({ name, datatype, shape }) => ({ name, datatype, shape, data: [values[name]] })) };
}

function rawGood() {
  const date = Buffer.alloc(8);
  date.writeBigInt64LE(BigInt(goodTime));
  return rawInputs().map((input) => (input.name === 'date' ? { ...input, raw: date } : input));
}
