import fc from 'fast-check';
import { z } from 'zod';

/** A value of a row as its JSON, and what zod is given of it: dates are instants, as a contract reads them. */
export interface Cell {
  /** Undefined where the field is not there. */
  readonly json: string | undefined;
  readonly value: unknown;
}

/** A random column: a zod type of those that compile, and cells around its borders. */
export interface RandomColumn {
  readonly schema: z.ZodType;
  readonly cells: fc.Arbitrary<Cell>;
  readonly isDate: boolean;
}

type Kind = Pick<RandomColumn, 'schema' | 'cells'>;

/** Columns of every construct that compiles, in any nullability. */
export function randomColumn(): fc.Arbitrary<RandomColumn> {
  const kinds = [int(), number(), text(), format(), boolean(), listed(), date()];
  return fc.tuple(fc.oneof(...kinds), fc.constantFrom(...nullabilities)).map(([{ schema, cells }, open]) => ({
    schema: open(schema),
    isDate: schema instanceof z.ZodDate,
    cells: fc.oneof(
      { weight: 8, arbitrary: cells },
      { weight: 1, arbitrary: strange },
      { weight: 1, arbitrary: nothing },
    ),
  }));
}

const nullabilities: readonly ((schema: z.ZodType) => z.ZodType)[] = [
  (schema) => schema,
  (schema) => schema,
  (schema) => schema.nullable(),
  (schema) => schema.optional(),
  (schema) => schema.nullish(),
];

function cell(json: string): Cell {
  return { json, value: JSON.parse(json) };
}

/** Values of other types than a column's. */
const strange = fc
  .constantFrom(
    '7',
    '2.7',
    '-0',
    '1e400',
    '9007199254740993',
    'true',
    'false',
    '""',
    '"7"',
    '"true"',
    '{}',
    '[1]',
    '{"a":null}',
  )
  .map(cell);

const nothing: fc.Arbitrary<Cell> = fc.constantFrom(
  { json: 'null', value: null },
  { json: undefined, value: undefined },
);

/** Numbers at some borders, a bit beside them, in some notations. */
function near(...borders: readonly number[]): fc.Arbitrary<Cell> {
  const steps = [0, 1, -1, 0.5, -0.5, 0.01, 0.07];
  return fc
    .tuple(fc.constantFrom(...borders), fc.constantFrom(...steps), fc.constantFrom(String, exponential, withPoint))
    .map(([border, step, written]) => cell(written(border + step)));
}

const exponential = (value: number): string => value.toExponential().replace('e+', 'E');
const withPoint = (value: number): string => (/^-?\d+$/.test(String(value)) ? `${value}.0` : String(value));

function int(): fc.Arbitrary<Kind> {
  const border = fc.integer({ min: -20, max: 20 });
  const [safe, half] = [Number.MAX_SAFE_INTEGER, 2 ** 31];
  return fc.tuple(border, border, fc.integer({ min: 1, max: 7 })).chain(([a, b, step]) =>
    fc.constantFrom<Kind>(
      { schema: z.int(), cells: near(0, safe, -safe) },
      { schema: z.int().min(a).max(b), cells: near(a, b, safe) },
      { schema: z.int().gt(a).lt(b), cells: near(a, b, -safe) },
      { schema: z.int32(), cells: near(0, half, half - 1, -half) },
      // Beyond 2^49 zod's tolerance takes every whole number for a multiple; SQL goes on being exact.
      { schema: z.number().int().multipleOf(step), cells: near(a, step * a, step * half) },
      { schema: z.int().nonnegative(), cells: near(0, a) },
    ),
  );
}

function number(): fc.Arbitrary<Kind> {
  const border = fc.integer({ min: -2_000, max: 2_000 }).map((hundredths) => hundredths / 100);
  const step = fc.constantFrom(0.01, 0.05, 0.07, 0.1, 0.25, 3, 2.5);
  return fc.tuple(border, border, step, fc.nat(200)).map(([a, b, by, times]) => {
    const schemas = [
      z.number(),
      z.number().min(a).max(b),
      z.number().gt(a),
      z.number().multipleOf(by),
      z.number().lt(b),
    ];
    return {
      schema: schemas[times % schemas.length] ?? z.number(),
      cells: near(a, b, 0, times * by, 1e15, -1e-7),
    };
  });
}

const letters = ['a', 'B', 'é', '1', ' ', '\n', '😀', '.', '-', '"', '\\', '\u2028', '\t', ','];

function text(): fc.Arbitrary<Kind> {
  const length = fc.integer({ min: 0, max: 4 });
  const schemas = (n: number): z.ZodType[] => [
    z.string().min(n),
    z.string().max(n),
    z.string().length(n),
    z.string().regex(/^[a-z]+$/),
    z.string().regex(/^.{2}$/),
    z
      .string()
      .regex(/\bB|\s1/)
      .max(3 + n),
    z.string().regex(/^[^é]*$/),
    z.string().startsWith('a.'),
    z.string().endsWith('-1').min(n),
    z.string().includes('.'),
    z.string().uppercase(),
    z.string().lowercase(),
  ];
  return fc.tuple(length, fc.nat(11)).map(([n, kind]) => ({
    schema: schemas(n)[kind] ?? z.string(),
    cells: fc.string({ unit: fc.constantFrom(...letters), maxLength: 6 }).map((value) => cell(JSON.stringify(value))),
  }));
}

const formats: readonly (readonly [z.ZodType, readonly string[]])[] = [
  [z.email(), ['a@b.co', "o'b+c@d-e.fg", 'a..b@c.de', '.a@b.co', 'a@b']],
  [z.uuid(), ['123e4567-e89b-12d3-a456-426614174000', '00000000-0000-0000-0000-000000000000']],
  [z.guid(), ['123E4567-e89b-02d3-0456-426614174000']],
  [z.ipv4(), ['127.0.0.1', '255.255.255.255', '256.0.0.1', '01.2.3.4']],
  [z.ipv6(), ['::', '::1', '2001:db8::1:0:0:1', '1:2:3:4:5:6:7:8', '::ffff:1.2.3.4', '1::2::3', '1:2:3:4:5:6:7::']],
  [z.cidrv4(), ['10.0.0.0/8', '10.0.0.0/33']],
  [z.mac(), ['00:1a:2b:3c:4d:5e', '00:1A:2b:3c:4d:5e']],
  [z.e164(), ['+4312345678', '+0123456789', '+123456']],
  [z.ulid(), ['01ARZ3NDEKTSV4RRFFQ69G5FAV', '81ARZ3NDEKTSV4RRFFQ69G5FAV']],
  [z.nanoid(), ['V1StGXR8_Z5jdHi6B-myT']],
  [z.cuid2(), ['tz4a98xxat96iws9zmbrgj3a']],
  [z.iso.date(), ['2000-02-29', '1900-02-29', '2001-13-01', '2001-04-31']],
  [z.iso.time(), ['23:59:59', '23:59', '24:00:00', '12:00:00.123']],
  [z.iso.time({ precision: 3 }), ['12:00:00.123', '12:00:00.12']],
  [z.iso.datetime(), ['2001-03-15T12:00:00Z', '2001-03-15T12:00:00.5Z', '2001-03-15T12:00Z', '2001-03-15 12:00:00Z']],
  [
    z.iso.datetime({ offset: true, local: true }),
    ['2001-03-15T12:00:00+02:00', '2001-03-15T12:00', '2001-03-15T12:00+0200'],
  ],
];

/** Right and nearly right texts: as they are, or with one character gone or put in. */
function format(): fc.Arbitrary<Kind> {
  return fc.constantFrom(...formats).map(([schema, samples]) => ({
    schema,
    cells: fc
      .tuple(fc.constantFrom(...samples), fc.nat(40), fc.constantFrom('as it is', '', ' ', '0', ':', '\n', 'é'))
      .map(([sample, at, put]) => {
        const changed =
          put === 'as it is' ? sample : sample.slice(0, at) + put + sample.slice(at + (put === '' ? 1 : 0));
        return cell(JSON.stringify(changed));
      }),
  }));
}

function boolean(): fc.Arbitrary<Kind> {
  return fc.constant({ schema: z.boolean(), cells: fc.constantFrom('true', 'false').map(cell) });
}

function listed(): fc.Arbitrary<Kind> {
  const texts = ['a', "it's", '😀', 'A'] as const;
  const schemas = [
    { schema: z.enum(['a', "it's"]), cells: fc.constantFrom(...texts) },
    { schema: z.literal('😀'), cells: fc.constantFrom(...texts) },
    { schema: z.literal([1, 2.5]), cells: fc.constantFrom(1, 2.5, 2, -1) },
    { schema: z.enum({ No: 0, Yes: 1 }), cells: fc.constantFrom(0, 1, 2, 0.5) },
  ];
  return fc
    .constantFrom(...schemas)
    .map(({ schema, cells }) => ({ schema, cells: cells.map((value: unknown) => cell(JSON.stringify(value))) }));
}

function date(): fc.Arbitrary<Kind> {
  const [from, to] = [Date.UTC(2001, 0, 1), Date.UTC(2001, 2, 15, 12)];
  const schemas = [z.date(), z.date().min(new Date(from)), z.date().max(new Date(to)), z.date().min(new Date(to))];
  const instants = fc
    .tuple(fc.constantFrom(from, to), fc.constantFrom(0, 1, -1, 3_600_000), fc.constantFrom(...notations))
    .map(([border, step, written]): Cell => ({ json: written(border + step), value: new Date(border + step) }));
  const none = fc.constantFrom('"yesterday"', '"2001-02-30"', '"2001-1-1"', '"2001-01-01T25:00"', '1.5').map(cell);
  return fc
    .constantFrom(...schemas)
    .map((schema) => ({ schema, cells: fc.oneof({ weight: 4, arbitrary: instants }, none) }));
}

const iso = (ms: number): string => new Date(ms).toISOString();
const notations: readonly ((ms: number) => string)[] = [
  (ms) => `"${iso(ms)}"`,
  (ms) => `"${iso(ms).replace('Z', '')}"`,
  (ms) => `"${iso(ms).replace('T', ' ').replace('Z', '')}"`,
  (ms) => `"${iso(ms + 7_200_000).replace('Z', '+02:00')}"`,
  (ms) => `"${iso(ms - 5_400_000).replace('Z', '-0130')}"`,
  (ms) => String(ms),
];
