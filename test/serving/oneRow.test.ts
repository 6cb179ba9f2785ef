import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ModelPackage, RawColumn } from '../../core/modelPackage.ts';
import { rowOfObject, rowOfTensors, rowOfWideTensor } from '../../serving/oneRow.ts';
import { parseRows } from '../../serving/parseRows.ts';
import { rowShape } from '../../serving/rowShape.ts';

const numbers: readonly RawColumn[] = [
  { name: 'a', type: 'number', nullable: false },
  { name: 'b', type: 'number', nullable: true },
];
const mixed: readonly RawColumn[] = [
  ...numbers,
  { name: 'carrier', type: 'string', nullable: true },
  { name: 'day', type: 'date', nullable: false },
  { name: 'rows', type: 'int', nullable: true },
];
const shapeOf = (inputs: readonly RawColumn[]) =>
  rowShape({ inputs, golden: { columns: {}, scores: [] } } as unknown as ModelPackage);

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const row = fc.record({
  a: finite,
  b: fc.option(finite),
  carrier: fc.option(fc.string()),
  day: fc.constantFrom('2001-03-15T12:00:00Z', 984657600000),
  rows: fc.option(fc.integer()),
});

test('a row object by places has the columns that it has by names', () => {
  const shape = shapeOf(mixed);
  fc.assert(
    fc.property(row, (given) => {
      const one = rowOfObject(shape, given);
      const { columns } = parseRows(shape, [given]);
      expect(one?.columns).toEqual(columns);
      expect(one?.values).toEqual(mixed.map(({ name }) => columns[name]?.[0]));
    }),
  );
});

test('what has other names is left to those that say what is wrong', () => {
  const shape = shapeOf(numbers);
  for (const other of [{ a: 1 }, { a: 1, c: 2 }, { a: 1, b: 2, c: 3 }, [1, 2], null, 'a']) {
    expect(rowOfObject(shape, other)).toBeUndefined();
  }
  expect(() => rowOfObject(shape, { a: null, b: 2 })).toThrow("in column 'a'");
});

test('tensors of one row of plain numbers are taken by their places, and no others', () => {
  const shape = shapeOf(numbers);
  const [a, b] = numbers.map(({ name }, at) => ({ name, shape: [1] as unknown, datatype: 'FP64', data: [at + 0.5] }));
  if (a === undefined || b === undefined) throw new Error('two columns');
  const wide = { name: 'columns', shape: [1, 2] as unknown, datatype: 'FP64', data: [0.5, 1.5] as unknown };
  expect(rowOfTensors(shape, [a, b])?.values).toEqual([0.5, 1.5]);
  expect(rowOfWideTensor(shape, wide)?.values).toEqual([0.5, 1.5]);
  for (const others of [[b, a], [a], [a, { ...b, shape: [2] }], [a, { ...b, datatype: 'FP32' }]]) {
    expect(rowOfTensors(shape, others)).toBeUndefined();
  }
  for (const other of [{ shape: [2, 1] }, { datatype: 'FP32' }, { data: [0.5] }, { data: [0.5, null] }]) {
    expect(rowOfWideTensor(shape, { ...wide, ...other })).toBeUndefined();
  }
  expect(rowOfWideTensor(shapeOf(mixed), wide)).toBeUndefined();
});
