import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { ColumnPlan } from '../../core/contractPlan.ts';
import { columnsOf } from '../../words/columnsOf.ts';
import { errorOf } from './errorOf.ts';

const safe = { min: { kind: 'min', value: -(2 ** 53 - 1) }, max: { kind: 'max', value: 2 ** 53 - 1 } };

describe('a zod type becomes a column', () => {
  const cases: readonly [string, z.core.$ZodType, Omit<ColumnPlan, 'name'>][] = [
    ['z.int()', z.int(), { type: 'int', nullable: false, checks: [safe.min, safe.max] as never }],
    ['z.int32()', z.int32(), { type: 'int', nullable: false, checks: bounds(-(2 ** 31), 2 ** 31 - 1) }],
    ['z.number().int()', z.number().int().min(0).max(9), { type: 'int', nullable: false, checks: bounds(0, 9) }],
    ['z.number()', z.number(), { type: 'number', nullable: false, checks: [] }],
    [
      '.gt .lt .multipleOf',
      z.number().gt(0).lt(5).multipleOf(0.5),
      {
        type: 'number',
        nullable: false,
        checks: [
          { kind: 'moreThan', value: 0 },
          { kind: 'lessThan', value: 5 },
          { kind: 'multipleOf', value: 0.5 },
        ],
      },
    ],
    [
      'the tightest limit',
      z.number().min(1).min(2).max(9).max(7),
      { type: 'number', nullable: false, checks: bounds(2, 7) },
    ],
    [
      'z.string() with lengths and patterns',
      z.string().min(1).max(9).regex(/^A/).regex(/Z$/),
      {
        type: 'string',
        nullable: false,
        checks: [
          { kind: 'minLength', value: 1 },
          { kind: 'maxLength', value: 9 },
          { kind: 'pattern', value: '^A' },
          { kind: 'pattern', value: 'Z$' },
        ],
      },
    ],
    ['.length()', z.string().length(3), { type: 'string', nullable: false, checks: lengths(3, 3) }],
    [
      'z.coerce.number()',
      z.coerce.number().int().min(0).max(9),
      { type: 'int', nullable: false, coerce: true, checks: bounds(0, 9) },
    ],
    ['z.coerce.date()', z.coerce.date().nullable(), { type: 'date', nullable: true, coerce: true, checks: [] }],
    ['z.coerce.string()', z.coerce.string(), { type: 'string', nullable: false, coerce: true, checks: [] }],
    ['z.coerce.boolean()', z.coerce.boolean(), { type: 'boolean', nullable: false, coerce: true, checks: [] }],
    ['z.boolean()', z.boolean(), { type: 'boolean', nullable: false, checks: [] }],
    ['z.date()', z.date(), { type: 'date', nullable: false, checks: [] }],
    [
      'z.date() with limits',
      z.date().min(new Date(5)).max(new Date(70)).max(new Date(60)),
      { type: 'date', nullable: false, checks: bounds(5, 60) },
    ],
    [
      'z.enum()',
      z.enum(['a', 'b']),
      { type: 'string', nullable: false, checks: [{ kind: 'oneOf', values: ['a', 'b'] }] },
    ],
    [
      'z.enum({})',
      z.enum({ A: 0, B: 1 }),
      { type: 'int', nullable: false, checks: [{ kind: 'oneOf', values: [0, 1] }] },
    ],
    ['z.literal()', z.literal('a'), { type: 'string', nullable: false, checks: [{ kind: 'oneOf', values: ['a'] }] }],
    [
      'z.literal([])',
      z.literal([1, 2.5]),
      { type: 'number', nullable: false, checks: [{ kind: 'oneOf', values: [1, 2.5] }] },
    ],
    ['.nullable()', z.boolean().nullable(), { type: 'boolean', nullable: true, checks: [] }],
    ['.optional()', z.boolean().optional(), { type: 'boolean', nullable: true, checks: [] }],
    ['.nullish()', z.int().min(3).max(4).nullish(), { type: 'int', nullable: true, checks: bounds(3, 4) }],
    [
      '.describe() .brand() .readonly()',
      z.boolean().describe('x').brand('b').readonly(),
      { type: 'boolean', nullable: false, checks: [] },
    ],
    [
      '.meta() with an id',
      z.boolean().meta({ id: 'test-flag' }).nullable(),
      { type: 'boolean', nullable: true, checks: [] },
    ],
  ];
  test.each(cases)('%s', (_, schema, expected) => {
    expect(columnsOf(z.object({ x: schema }), 'c')).toEqual([{ name: 'x', ...expected }]);
  });

  test.each([
    ['startsWith', z.string().startsWith('a.'), 'a.b', 'ab.'],
    ['endsWith', z.string().endsWith('.z'), 'a.z', 'az.'],
    ['includes', z.string().includes('+'), 'a+b', 'ab'],
    ['uppercase', z.string().uppercase(), 'AB', 'Ab'],
  ])('%s is its pattern', (_, schema, right, wrong) => {
    const [check] = columnsOf(z.object({ x: schema }), 'c')[0]?.checks ?? [];
    if (check?.kind !== 'pattern') throw new Error('expected a pattern');
    expect([right, wrong].map((text) => new RegExp(check.value).test(text))).toEqual([true, false]);
  });

  test.each([
    ['email', z.email(), 'a@b.co', 'a@b'],
    ['email', z.string().email(), "o'b+c@d-e.fg", 'a..b@c.de'],
    ['uuid', z.uuid(), '123e4567-e89b-12d3-a456-426614174000', '123e4567-e89b-02d3-a456-426614174000'],
    ['guid', z.guid(), '123e4567-e89b-02d3-a456-426614174000', '123e4567e89b02d3a456426614174000'],
    ['ipv4', z.ipv4(), '127.0.0.255', '127.0.0.256'],
    ['ipv6', z.ipv6(), '::ffff:1.2.3.4', '1::2::3'],
    ['mac', z.mac(), '00:1a:2B:3c:4d:5e'.toLowerCase(), '00:1a:2B:3c:4d:5e'],
    ['cidrv4', z.cidrv4(), '10.0.0.0/32', '10.0.0.0/33'],
    ['date', z.iso.date(), '2000-02-29', '1900-02-29'],
    ['time', z.iso.time(), '23:59:59.5', '24:00:00'],
    ['datetime', z.iso.datetime(), '2001-03-15T12:00:00Z', '2001-03-15T12:00:00+01:00'],
    ['datetime', z.iso.datetime({ offset: true }), '2001-03-15T12:00:00+01:00', '2001-03-15T12:00:00'],
    ['e164', z.e164(), '+4312345678', '004312345678'],
    ['nanoid', z.nanoid(), 'V1StGXR8_Z5jdHi6B-myT', 'V1StGXR8_Z5jdHi6B-my'],
  ])('%s is a format with the pattern that says it', (name, schema, right, wrong) => {
    const [check, ...others] = columnsOf(z.object({ x: schema }), 'c')[0]?.checks ?? [];
    if (check?.kind !== 'format') throw new Error('expected a format');
    expect([check.name, others]).toEqual([name, []]);
    expect([right, wrong].map((text) => new RegExp(check.pattern).test(text))).toEqual([true, false]);
    expect([right, wrong].map((text) => schema.safeParse(text).success)).toEqual([true, false]);
  });

  test('of IPv6 addresses takes the same texts as zod, which asks the URL parser', () => {
    const [check] = columnsOf(z.object({ x: z.ipv6() }), 'c')[0]?.checks ?? [];
    const pattern = new RegExp(check?.kind === 'format' ? check.pattern : '$^');
    const part = fc.constantFrom('0', 'ff', '12aB', '12345', '', 'g', '1.2.3.4', '1.2.3', '1.2.3.256', '01.2.3.4');
    const mostlyGroups = fc.oneof({ weight: 6, arbitrary: fc.constantFrom('0', 'ab', '') }, part);
    const address = fc.array(mostlyGroups, { minLength: 1, maxLength: 10 }).map((parts) => parts.join(':'));
    fc.assert(
      fc.property(address, (text) => {
        expect([text, pattern.test(text)]).toEqual([text, z.ipv6().safeParse(text).success]);
      }),
      { numRuns: 5_000 },
    );
  });

  test('in the order of the object', () => {
    const row = z.object({ b: z.int(), a: z.int(), c: z.int() });
    expect(columnsOf(row, 'c').map((column) => column.name)).toEqual(['b', 'a', 'c']);
  });

  test('whose checks say what zod says, for any limits and values', () => {
    const limit = fc.integer({ min: -50, max: 50 });
    fc.assert(
      fc.property(
        limit,
        limit,
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: -60, max: 60 }),
        (a, b, step, value) => {
          const schema = z.int().min(a).lt(b).multipleOf(step);
          const checks = columnsOf(z.object({ x: schema }), 'c')[0]?.checks ?? [];
          expect(checks.every((check) => holds(check, value))).toBe(schema.safeParse(value).success);
        },
      ),
    );
  });
});

describe('what does not compile is refused by name', () => {
  const cases: readonly [string, z.core.$ZodType, string, string][] = [
    ['.refine()', z.int().refine((value) => value > 1), '.refine()', 'rules: ['],
    [
      '.refine() outside .nullable()',
      z
        .int()
        .nullable()
        .refine(() => true),
      '.refine()',
      'rules: [',
    ],
    [
      '.refine() inside .optional()',
      z
        .int()
        .refine(() => true)
        .optional(),
      '.refine()',
      'rules: [',
    ],
    ['.superRefine()', z.string().superRefine(() => {}), '.superRefine()', '.regex()'],
    ['.check()', z.string().check(() => {}), '.check()', '.regex()'],
    ['.transform()', z.int().transform((value) => value + 1), '.transform()', 'never changes them'],
    ['.pipe()', z.int().pipe(z.number()), '.pipe()', 'never changes them'],
    ['z.preprocess()', z.preprocess((value) => value, z.int()), 'z.preprocess()', 'never changes them'],
    ['.trim()', z.string().trim(), '.trim()', 'never changes them'],
    ['.overwrite()', z.number().overwrite((value) => value + 1), 'another rewrite', 'never changes them'],
    ['z.coerce.bigint()', z.coerce.bigint(), 'z.bigint()', 'z.int()'],
    ['.default()', z.int().default(3), '.default()', '.nullable()'],
    ['.catch()', z.int().catch(3), 'z.catch()', '.nullable()'],
    ['z.union()', z.union([z.int(), z.string()]), 'z.union()', 'z.enum()'],
    ['z.object()', z.object({ a: z.int() }), 'z.object()', 'rows are flat'],
    ['z.array()', z.array(z.int()), 'z.array()', 'rows are flat'],
    ['z.bigint()', z.bigint(), 'z.bigint()', 'z.int()'],
    ['z.any()', z.any(), 'z.any()', 'z.string()'],
    ['z.lazy()', z.lazy(() => z.int()), 'z.lazy()', 'z.int()'],
    ['z.url()', z.url(), "the format 'url'", '.regex(/^https?:'],
    ['z.cidrv6()', z.cidrv6(), "the format 'cidrv6'", '.regex('],
    ['z.iso.duration()', z.iso.duration(), "the format 'duration'", 'of seconds'],
    ['.includes() with a position', z.string().includes('a', { position: 2 }), '.includes()', '.regex('],
    ['the flag i', z.string().regex(/^a$/i), "the flags 'i'", '[A-Za-z]'],
    ['the flag u', z.string().regex(/^\p{L}$/u), "the flags 'u'", 'without flags'],
    ['a lookahead', z.string().regex(/^(?=a)/), 'a lookahead', 'without it'],
    ['a lookbehind', z.string().regex(/(?<!a)b/), 'lookbehind', 'without it'],
    ['a backreference', z.string().regex(/(a)\1/), 'a backreference', 'without it'],
    ['a long repetition', z.string().regex(/a{2000}/), 'more than 1000', 'without it'],
    ['nested repetitions', z.string().regex(/(?:a{100}){20}/), 'more than 1000', 'without it'],
    ['a brace that stands for itself', z.string().regex(/a{,3}/), "'{' that stands for itself", 'without it'],
    ['z.literal(true)', z.literal(true), 'boolean values', 'z.boolean()'],
    ['z.literal(null)', z.literal([null, 'a']), 'several types', '.nullable()'],
    ['.multipleOf() twice', z.int().multipleOf(2).multipleOf(3), 'multipleOf() twice', 'one .multipleOf()'],
    ['an endless limit', z.number().max(Number.POSITIVE_INFINITY), 'the limit Infinity', 'finite'],
    ['an invalid date', z.date().min(new Date('x')), 'the limit', 'a valid date'],
  ];
  test.each(cases)('%s', (_, schema, construct, instead) => {
    const error = errorOf(() => columnsOf(z.object({ ok: z.int(), x: schema }), 'orders'));
    expect(error.code).toBe('contract.uncompilable');
    expect(error.facts.came).toContain(construct);
    expect(error.facts.came).toContain("column 'x' of contract 'orders'");
    expect(error.facts.todo).toContain(instead);
  });

  test.each([
    ['.refine() of the row', z.object({ a: z.int() }).refine(() => true)],
    ['z.strictObject()', z.strictObject({ a: z.int() })],
    ['z.looseObject()', z.looseObject({ a: z.int() })],
    ['a row without columns', z.object({})],
  ])('%s', (_, row) => {
    expect(errorOf(() => columnsOf(row, 'orders')).message).toContain("the row of contract 'orders'");
  });

  test('an escaped parenthesis, a class or a code point is no lookahead', () => {
    const row = z.object({ x: z.string().regex(/\(?=[(?=]\\[\d]{3,9}\u00e9/) });
    expect(columnsOf(row, 'c')).toHaveLength(1);
  });
});

function bounds(min: number, max: number): ColumnPlan['checks'] {
  return [
    { kind: 'min', value: min },
    { kind: 'max', value: max },
  ];
}

function lengths(min: number, max: number): ColumnPlan['checks'] {
  return [
    { kind: 'minLength', value: min },
    { kind: 'maxLength', value: max },
  ];
}

function holds(check: ColumnPlan['checks'][number], value: number): boolean {
  switch (check.kind) {
    case 'min':
      return value >= check.value;
    case 'max':
      return value <= check.value;
    case 'moreThan':
      return value > check.value;
    case 'lessThan':
      return value < check.value;
    case 'multipleOf':
      return value % check.value === 0;
    default:
      throw new Error(`no number is checked by ${check.kind}`);
  }
}
