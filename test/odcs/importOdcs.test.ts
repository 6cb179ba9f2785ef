import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readOdcsText } from '../../cli/odcsText.ts';
import type { ContractPlan } from '../../core/contractPlan.ts';
import { exportOdcs } from '../../core/odcs/exportOdcs.ts';
import { importOdcs, type OdcsWishes } from '../../core/odcs/importOdcs.ts';
import { pathText } from '../../core/odcs/odcsData.ts';
import { formatPatterns } from '../../words/textFormats.ts';
import { errorOf } from '../words/errorOf.ts';

const fixture = readFileSync(join(import.meta.dirname, 'payments.odcs.yaml'), 'utf8');

function read(text: string, wishes: OdcsWishes = {}) {
  const { data, where } = readOdcsText(text);
  const { plan, told, descriptions } = importOdcs(data, wishes, formatPatterns, where);
  return { plan, descriptions, told: told.map(({ kind, path, what }) => `${kind}: ${pathText(path)}: ${what}`) };
}

/** A document whose only schema object has a date and these properties (YAML of a list) and quality items. */
function documentOf(properties: string, quality = '[]', more = ''): string {
  return `
apiVersion: v3.1.0
kind: DataContract
id: a
version: 1.0.0
servers: [{ server: s, type: local, path: a.csv, format: csv }]
schema:
  - name: a
    properties: [{ name: t, logicalType: timestamp, required: true }, ${properties}]
    quality: ${quality}
${more}`;
}

const byTime = { eventTime: 't' };
const column = (properties: string) => read(documentOf(properties), byTime).plan.columns[1];
const told = (properties: string, quality?: string, more?: string) =>
  read(documentOf(properties, quality, more), byTime).told;

function ontoFixture(plan: ContractPlan): string {
  const { data, where, withData } = readOdcsText(fixture);
  return withData(exportOdcs(plan, data, { schema: 'CardPayments' }, formatPatterns, where));
}

describe('a document of many parts', () => {
  const { plan, told: remarks, descriptions } = read(fixture, { schema: 'CardPayments' });

  test('becomes a contract', () => {
    expect(plan).toMatchObject({
      id: 'card-payments',
      version: '2.1.0',
      source: { kind: 'ndjson', at: { path: 's3://lake/payments/' }, partition: 'hour' },
      key: ['payment_id'],
      eventTime: 'paid_at',
      rules: [{ kind: 'compare', column: 'channel', is: 'differsFrom', to: { value: 'n/a' } }],
      across: [
        { kind: 'unique', columns: ['payment_id'] },
        { kind: 'references', column: 'shop', to: { contract: 'shops', column: 'code' } },
        { kind: 'unique', columns: ['shop', 'paid_at'] },
      ],
      batch: [
        { kind: 'measure', column: 'country', measure: 'nullRate', atMost: 0.05 },
        { kind: 'rows', atLeast: 1000, atMost: 2_000_000 },
        { kind: 'newestRow', withinMs: 7_200_000 },
      ],
      severity: { 'channel.oneOf': 'reject', 'country.nullRate.atMost': 'warn' },
    });
    expect(plan.columns.map(({ name, type, nullable }) => [name, type, nullable])).toEqual([
      ['payment_id', 'string', false],
      ['paid_at', 'date', false],
      ['settled_on', 'date', true],
      ['amount', 'number', false],
      ['items', 'int', true],
      ['country', 'string', true],
      ['channel', 'string', false],
      ['shop', 'string', false],
      ['refunded', 'boolean', true],
    ]);
    expect(descriptions).toEqual({ amount: 'In the currency of the shop.' });
  });

  test('what has no place in it is named', () => {
    expect(remarks).toEqual(
      expect.arrayContaining([
        'unsupported: schema[0].properties[9]: logicalType object: rows are flat',
        'unsupported: schema[0].quality[2]: type sql',
        'unsupported: schema[0].quality[3]: type text',
        'unsupported: servers[0]: a server of type postgres',
        'unsupported: slaProperties[1]: property retention',
        'unsupported: team: a contract has no word for it',
        'differs: schema[0].properties[5].quality[0]: the end of the range is allowed, too',
      ]),
    );
  });

  test('said in the document again, no byte of it changes', () => {
    expect(ontoFixture(plan)).toBe(fixture);
  });

  test('with another rule, the lines of that rule change and no other', () => {
    const columns = plan.columns.map((one) => (one.name === 'shop' ? { ...one, nullable: true } : one));
    const next = ontoFixture({ ...plan, columns, batch: plan.batch.slice(0, 2) });
    const [before, after] = [fixture.split('\n'), next.split('\n')];
    expect(before.filter((line) => !after.includes(line))).toEqual([
      '  - property: latency',
      '    value: 2',
      '    unit: h',
      '    element: CardPayments.paid_at',
    ]);
    expect(after.filter((line) => !before.includes(line))).toEqual([]);
    expect(before.length - after.length).toBe(7);
  });
});

describe('options of a type become checks', () => {
  test.each([
    [
      'integer',
      'format: u8',
      [
        ['min', 0],
        ['max', 255],
      ],
    ],
    [
      'integer',
      'format: i16, minimum: 0',
      [
        ['min', 0],
        ['max', 32767],
      ],
    ],
    [
      'integer',
      'exclusiveMinimum: 5, maximum: 9',
      [
        ['moreThan', 5],
        ['max', 9],
      ],
    ],
    [
      'integer',
      'exclusiveMinimum: 5, minimum: 6',
      [
        ['min', 6],
        ['max', 2 ** 53 - 1],
      ],
    ],
    ['number', 'minimum: 5, exclusiveMinimum: 5', [['moreThan', 5]]],
    ['number', 'maximum: 5, exclusiveMaximum: 6', [['max', 5]]],
    ['number', 'multipleOf: 0.5, format: f64', [['multipleOf', 0.5]]],
    [
      'string',
      'minLength: 1, maxLength: 2, pattern: a/b',
      [
        ['minLength', 1],
        ['maxLength', 2],
        ['pattern', 'a\\/b'],
      ],
    ],
    ['date', 'minimum: 2020-01-01', [['min', Date.UTC(2020, 0, 1)]]],
    ['timestamp', 'exclusiveMaximum: "2020-01-01 10:00:00+10:00"', [['lessThan', Date.UTC(2020, 0, 1)]]],
  ])('%s with { %s }', (type, options, checks) => {
    const found = column(`{ name: x, logicalType: ${type}, logicalTypeOptions: { ${options} } }`)?.checks;
    expect(found?.map((check) => [check.kind, 'value' in check ? check.value : undefined])).toEqual(checks);
  });

  test('a format of texts by its pattern', () => {
    const pattern = formatPatterns.get('email');
    expect(column('{ name: x, logicalType: string, logicalTypeOptions: { format: email } }')?.checks).toEqual([
      { kind: 'format', name: 'email', pattern },
    ]);
  });

  test.each([
    ['string', 'format: hostname', 'format hostname'],
    ['string', 'pattern: (?=a)', 'a pattern with'],
    ['integer', 'format: f32', 'format f32'],
    ['timestamp', 'maximum: tomorrow', "'tomorrow', which is no ISO time"],
    ['timestamp', 'defaultTimezone: Europe/Rome', 'zone Europe/Rome'],
    ['timestamp', 'format: dd.MM.yyyy', 'times written as dd.MM.yyyy'],
  ])('%s with { %s } is named', (type, options, what) => {
    const found = told(`{ name: x, logicalType: ${type}, logicalTypeOptions: { ${options} } }`);
    expect(found).toEqual([expect.stringContaining(what)]);
    expect(found[0]).toMatch(/^unsupported: schema\[0\]\.properties\[1\]\.logicalTypeOptions\./);
  });
});

describe('quality items of a property', () => {
  const of = (item: string, type = 'string') => documentOf(`{ name: x, logicalType: ${type}, quality: [{ ${item} }] }`);
  const rate = (bounds: object) => ({ batch: [{ kind: 'measure', column: 'x', measure: 'nullRate', ...bounds }] });
  const checks = (...all: object[]) => ({ columns: [{}, { nullable: true, checks: all }] });

  test.each([
    ['metric: nullValues, mustBe: 0', { columns: [{}, { nullable: false }] }],
    ['metric: nullValues, mustBeLessThan: 1', { columns: [{}, { nullable: false }] }],
    ['metric: nullValues, mustBeLessOrEqualTo: 0, unit: percent', rate({ atMost: 0 })],
    ['metric: nullValues, mustBeLessOrEqualTo: 7, unit: percent', rate({ atMost: 0.07 })],
    ['metric: nullValues, mustBeBetween: [1, 2.5], unit: percent', rate({ atLeast: 0.01, atMost: 0.025 })],
    [
      'metric: nullValues, mustBe: 0, severity: warn',
      { ...rate({ atMost: 0 }), severity: { 'x.nullRate.atMost': 'warn' } },
    ],
    ['rule: nullValues, mustBe: 0, severity: error', { columns: [{}, { nullable: false }], severity: {} }],
    ['metric: duplicateValues, mustBe: 0', { across: [{ kind: 'unique', columns: ['x'] }] }],
    ['metric: invalidValues, mustBe: 0, arguments: { pattern: ^a$ }', checks({ kind: 'pattern', value: '^a$' })],
    [
      'metric: invalidValues, mustBe: 0, arguments: { validValues: [a, b] }',
      checks({ kind: 'oneOf', values: ['a', 'b'] }),
    ],
    [
      'metric: invalidValues, mustBe: 0, arguments: { validValues: [a, b], pattern: a }',
      checks({ kind: 'oneOf', values: ['a'] }),
    ],
  ])('%s', (item, expected) => {
    expect(read(of(item)).plan).toMatchObject(expected);
  });

  test.each([
    ['metric: nullValues, mustBeLessThan: 2', 'nullValues of so many rows'],
    ['metric: nullValues, mustNotBe: 2', 'nullValues with mustNotBe'],
    ['metric: nullValues, mustNotBeBetween: [2, 3]', 'nullValues with mustNotBeBetween'],
    ['metric: invalidValues, mustBeLessThan: 2, arguments: { pattern: a }', 'invalidValues of more than none'],
    ['metric: invalidValues, mustBe: 0', 'invalidValues without'],
    ['metric: invalidValues, mustBe: 0, arguments: { validValues: [1] }', 'not all of type string'],
    ['metric: duplicateValues, mustBeLessThan: 1, unit: percent', 'duplicateValues of more than none'],
    ['metric: freshness, mustBe: 0', 'metric freshness'],
    ['metric: nullValues, mustBe: 0, severity: odd', 'severity odd'],
    ['type: custom, engine: soda, implementation: x', 'type custom of engine soda'],
    ['type: custom, engine: whetstone, implementation: { kind: oneOf }', 'a rule that whetstone does not know'],
    ['type: custom, engine: whetstone, implementation: { kind: rows }', 'a rule that whetstone does not know'],
    ['type: custom, engine: whetstone, implementation: { kind: varies, column: y }', "'y', which is no column"],
  ])('%s is named', (item, what) => {
    expect(read(of(item)).told).toEqual([
      expect.stringMatching(/^unsupported: schema\[0\]\.properties\[1\]\.quality\[0\]/),
    ]);
    expect(read(of(item)).told[0]).toContain(what);
  });

  test('a list of whole numbers makes a column of whole numbers', () => {
    const item = 'metric: invalidValues, mustBe: 0, arguments: { validValues: [1, 2] }';
    expect(read(of(item, 'number')).plan.columns[1]).toMatchObject({ type: 'int', checks: [{ values: [1, 2] }] });
  });
});

describe('quality items of a schema object', () => {
  const rows = (operator: string) => read(documentOf('', `[{ metric: rowCount, ${operator} }]`)).plan.batch;

  test.each([
    ['mustBe: 5', { atLeast: 5, atMost: 5 }],
    ['mustBeGreaterThan: 5', { atLeast: 6 }],
    ['mustBeGreaterOrEqualTo: 5', { atLeast: 5 }],
    ['mustBeLessThan: 5', { atMost: 4 }],
    ['mustBeLessOrEqualTo: 5', { atMost: 5 }],
    ['mustBeBetween: [5, 9]', { atLeast: 5, atMost: 9 }],
    ['mustBeGreaterThan: 5, mustBeLessThan: 9', { atLeast: 6, atMost: 8 }],
  ])('rowCount with %s', (operator, bounds) => {
    expect(rows(operator)).toEqual([{ kind: 'rows', ...bounds }]);
  });

  test('duplicateValues of properties that are no columns are named', () => {
    expect(told('', '[{ metric: duplicateValues, mustBe: 0, arguments: { properties: [t, y] } }]')).toEqual([
      'unsupported: schema[0].quality[0]: duplicateValues of other properties',
    ]);
  });
});

describe('the newest row', () => {
  const level = (text: string) => `slaProperties: [{ ${text} }]`;

  test.each([
    ['property: latency, value: 4, unit: d', 345_600_000],
    ['property: LY, value: "90", unit: minutes, element: a.t', 5_400_000],
    ['property: latency, value: 1, unit: h, element: t', 3_600_000],
  ])('%s', (text, withinMs) => {
    expect(read(documentOf('', '[]', level(text))).plan.batch).toEqual([{ kind: 'newestRow', withinMs }]);
  });

  test.each([
    ['property: latency, value: 1, unit: y', 'latency in y'],
    ['property: latency, value: soon, unit: h', 'latency of soon'],
    ['property: latency, value: 1, unit: h, element: b.t', 'latency of b.t, which is not the event time'],
    ['property: frequency, value: 1, unit: d', 'property frequency'],
  ])('%s is named', (text, what) => {
    expect(told('', '[]', level(text))).toEqual([`unsupported: slaProperties[0]: ${what}`]);
  });
});

describe('foreign keys', () => {
  const of = (relationship: string) =>
    documentOf(`{ name: x, id: x_id, logicalType: string, relationships: [{ ${relationship} }] }`);

  test.each([
    ['to: airports.code', 'airports', 'code'],
    ['to: [Air_Lines.code]', 'air-lines', 'code'],
    ['to: airports.odcs.yaml#/schema/airports/properties/code', 'airports', 'code'],
  ])('%s of what the document does not describe is assumed', (relationship, contract, name) => {
    const { plan, told: remarks } = read(of(relationship));
    expect(plan.across).toEqual([{ kind: 'references', column: 'x', to: { contract, column: name } }]);
    expect(remarks).toEqual([
      expect.stringMatching(/^assumed: schema\[0\]\.properties\[1\]\.relationships\[0\]: contract/),
    ]);
  });

  test.each([
    ['to: [b.c, b.d]', 'several columns'],
    ['to: a.t', 'rows of the same contract'],
    ['to: schema/b/properties/c', 'no column of another schema object'],
    ['to: b.c.d', 'no column of another schema object'],
    ['type: friend, to: b.c', 'type friend'],
  ])('%s is named', (relationship, what) => {
    const { plan, told: remarks } = read(of(relationship));
    expect([plan.across, remarks]).toEqual([[], [expect.stringContaining(what)]]);
  });
});

describe('the event time', () => {
  const dates = (...more: string[]) => ['x', ...more].map((name) => `{ name: ${name}, logicalType: date }`).join(', ');
  const only = documentOf('').replace('timestamp', 'string');

  test('is the only date, and then it is never null', () => {
    const { plan, told: remarks } = read(
      only.replace('required: true }', 'required: true }, { name: x, logicalType: date }'),
    );
    expect([plan.eventTime, plan.columns[1]?.nullable]).toEqual(['x', false]);
    expect(remarks).toEqual(["assumed: schema[0]: the event time 'x' is never null"]);
  });

  test('is asked for where several dates can be meant', () => {
    expect(errorOf(() => read(documentOf(dates())))).toMatchObject({ code: 'odcs.which-event-time' });
    expect(read(documentOf(dates()), { eventTime: 'x' }).plan.eventTime).toBe('x');
    expect(errorOf(() => read(documentOf(dates()), { eventTime: 'y' }))).toMatchObject({
      code: 'odcs.which-event-time',
    });
  });

  test('is the date that rows are partitioned by', () => {
    expect(read(documentOf(dates()).replace('timestamp,', 'timestamp, partitioned: true,')).plan.eventTime).toBe('t');
  });

  test('is a new column where the document has no date', () => {
    expect(errorOf(() => read(only))).toMatchObject({ code: 'odcs.which-event-time' });
    const { plan, told: remarks } = read(only, { eventTime: 'at' });
    expect(plan.columns[1]).toEqual({ name: 'at', type: 'date', nullable: false, checks: [] });
    expect(remarks).toEqual(["assumed: schema[0]: a date 'at'"]);
    expect(errorOf(() => read(only, { eventTime: 't' }))).toMatchObject({ code: 'odcs.which-event-time' });
  });
});

describe('what is no document of the standard', () => {
  test.each([
    ['a: [', 'line 1'],
    ['- a', 'came ["a"] in the document'],
    ['kind: Table', 'expected \'DataContract\', but came "Table" in kind (line 1)'],
    ['kind: DataContract\napiVersion: v2.2.2', 'v3.0 or v3.1, but came "v2.2.2" in apiVersion (line 2)'],
    ['kind: DataContract\napiVersion: v3.1.0', 'a schema object with properties'],
    ['kind: DataContract\nkind: DataContract', 'line 2'],
    [documentOf('{ logicalType: string }'), 'a name, but came nothing in schema[0].properties[1].name (line 9)'],
    [documentOf('{ name: t, logicalType: string }'), 'a name of its own for each property, but came "t"'],
    [documentOf('{ name: x, logicalType: [] }'), 'a text, but came [] in schema[0].properties[1].logicalType (line 9)'],
    [
      documentOf('{ name: x, logicalType: integer, logicalTypeOptions: { minimum: a } }'),
      'a finite number, but came "a" in schema[0].properties[1].logicalTypeOptions.minimum (line 9)',
    ],
    [documentOf('', '[{ metric: rowCount, mustBeBetween: [2, 1] }]'), 'two numbers, the smaller one first'],
    [documentOf('', '{}'), 'a list, but came {} in schema[0].quality (line 10)'],
    [`${documentOf('')}a: &a [x]\nb: [${'*a, '.repeat(101)}]`, 'few aliases'],
  ])('%#', (text, message) => {
    expect(errorOf(() => read(text))).toMatchObject({
      code: 'odcs.invalid',
      message: expect.stringContaining(message),
    });
  });

  test('of several schema objects one is asked for', () => {
    expect(errorOf(() => read(fixture))).toMatchObject({
      code: 'odcs.which-schema',
      message: expect.stringContaining("'CardPayments', 'shops'"),
    });
    expect(errorOf(() => read(fixture, { schema: 'shop' }))).toMatchObject({ code: 'odcs.which-schema' });
  });
});
