import { expect, test } from 'vitest';
import { z } from 'zod';
import { column, contract, csv, rows } from '../../index.ts';
import { errorOf } from './errorOf.ts';

const definition = {
  source: csv('orders.csv'),
  row: z.object({ at: z.date(), shop: z.string().regex(/^a/).regex(/z$/), amount: z.number().min(0).nullable() }),
  eventTime: 'at',
  rules: [column('amount').below(9)],
  batch: [rows.perDay.atLeast(5)],
} as const;
const withSeverity = (severity: object) => () => contract('orders', { ...definition, severity } as never);

test('every rule of the contract has a severity by its id', () => {
  const severity = {
    'shop.pattern.2': 'warn',
    'amount.below.9': 'warn',
    'shop.required': 'reject',
    'row.malformed': 'reject',
    'amount.min': 'quarantine',
    'rows.perDay.atLeast': 'warn',
  } as const;
  expect(contract('orders', { ...definition, severity }).plan.severity).toEqual(severity);
  expect(contract('orders', definition).plan.severity).toEqual({});
});

test.each([
  ['no rule', { 'amount.mni': 'warn' }, "'amount.mni' in contract orders, severity. Did you mean 'amount.min'?"],
  ['a column that may be null', { 'amount.required': 'warn' }, "'amount.required' in contract orders, severity"],
  ['a missing value', { 'shop.required': 'warn' }, 'quarantine or reject, as a row without a value'],
  ['a value of no type', { 'amount.type': 'warn' }, 'quarantine or reject, as a row without a value'],
  ['a line that is no row', { 'row.malformed': 'warn' }, 'quarantine or reject, as a row without a value'],
  ['a window', { 'rows.perDay.atLeast': 'quarantine' }, 'warn or reject, as no row of a window is to blame'],
  ['an unknown word', { 'amount.min': 'error' }, "'warn', 'quarantine' or 'reject'"],
])('%s is refused', (_, severity, message) => {
  const error = errorOf(withSeverity(severity));
  expect(error.code).toBe('pipeline.invalid');
  expect(error.message).toContain(message);
});
