import { describe, expect, test } from 'vitest';
import type { ColumnPlan } from '../../core/contractPlan.ts';
import type { Encoders } from '../../core/matrix.ts';
import type { Plan } from '../../core/plan.ts';
import { goldenColumns } from '../../models/goldenColumns.ts';

describe('goldenColumns', () => {
  const noon = Date.parse('2001-03-15T12:34:56.789Z');
  const raw = {
    date: Array.from({ length: 200 }, (_, row) => noon + row),
    gate: Array.from({ length: 200 }, (_, row) => row % 3),
    miles: Array.from({ length: 200 }, (_, row) => row / 2),
    origin: Array.from({ length: 200 }, (_, row) => (row === 0 ? 'ATL' : 'ORD')),
  };
  const golden = goldenColumns(plan, encoders, raw, new Set(['ATL', 'ORD', 'unseen', '0', '1', '2']));

  test('takes 61 rows evenly, then three edges: 64', () => {
    for (const values of Object.values(golden)) expect(values).toHaveLength(64);
    expect(golden.miles?.slice(0, 3)).toEqual([0, 1.5, 3]);
    expect(golden.miles?.[60]).toBe(98);
  });

  test('an edge row holds keys that nothing knows, each in its own type', () => {
    expect([golden.origin?.[61], golden.gate?.[61]]).toEqual(['unseen?', 3]);
    expect([golden.miles?.[61], golden.date?.[61]]).toEqual([0, noon]);
  });

  test('the others are the last millisecond of the day and the first of the next', () => {
    const dates = golden.date?.slice(62).map((ms) => new Date(Number(ms)).toISOString());
    expect(dates).toEqual(['2001-03-15T23:59:59.999Z', '2001-03-16T00:00:00.000Z']);
    expect(golden.origin?.slice(62)).toEqual(['ATL', 'ATL']);
  });

  test('where there are, a value at a cut, one below it, and a row of missing values', () => {
    const features: Plan['features'] = [
      { kind: 'bucket', name: 'band', column: 'weight', cuts: [2.5, 10] },
      { kind: 'bucket', name: 'places', column: 'seats', cuts: [2.5] },
      { kind: 'category', name: 'note', column: 'note' },
      { kind: 'category', name: 'member', column: 'member' },
    ];
    const held = { ...encoders, cuts: { band: [2.5, 10], places: [2.5] } };
    const few = { weight: [null, 7], seats: [4, null], note: ['x', ''], member: [1, null] };
    const columns = goldenColumns({ ...plan, features }, held, few, new Set(['x']));
    expect(columns.weight).toEqual([null, 7, 7, 7, 7, 2.5, 1.5, null]);
    expect(columns.seats).toEqual([4, null, 4, 4, 4, 3, 2, null]);
    expect(columns.note).toEqual(['x', '', 'unseen', 'x', 'x', 'x', 'x', '']);
    expect(columns.member).toEqual([1, null, 1, 1, 1, 1, 1, null]);
  });

  test('of few rows it takes each once', () => {
    const few = goldenColumns({ ...plan, features: plan.features.slice(0, 1) }, encoders, { miles: [1, 2] }, new Set());
    expect(few).toEqual({ miles: [1, 2, 1, 1, 1] });
  });
});

const column = (name: string, type: ColumnPlan['type'], nullable = false): ColumnPlan => ({
  name,
  type,
  nullable,
  checks: [],
});

const encoders: Encoders = { columns: { numeric: [], categories: [] }, scaling: [], vocabularies: [] };

const plan = {
  contract: {
    columns: [
      column('date', 'date'),
      column('gate', 'int'),
      column('miles', 'number'),
      column('origin', 'string'),
      column('weight', 'number', true),
      column('seats', 'int', true),
      column('note', 'string', true),
      column('member', 'boolean', true),
    ],
  },
  features: [
    { kind: 'number', name: 'miles', column: 'miles' },
    { kind: 'cyclic', name: 'hour', column: 'date', period: 'hour of day' },
    { kind: 'category', name: 'gate', column: 'gate' },
    { kind: 'recentRate', name: 'lately', column: 'origin', overMs: 1, smoothing: 1 },
  ],
} as unknown as Plan;
