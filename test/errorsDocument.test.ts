import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { catalogue } from '../core/errors.ts';

const document = readFileSync(join(import.meta.dirname, '../docs/errors.md'), 'utf8');
const rows = [...document.matchAll(/^\| `([a-z-]+\.[a-z-]+)` \| (\w+) \| (\d+) \| (\d+) \| (.+) \|$/gm)];

test('docs/errors.md has one row for each code of the catalogue, and no other', () => {
  expect(rows.map(([, code]) => code).sort()).toEqual(Object.keys(catalogue).sort());
});

test('each row tells the outcome, the HTTP status, the exit code and what to do as the catalogue does', () => {
  const told = rows.map(([, code, outcome, http, exit, todo]) => [
    code,
    { outcome, http: Number(http), exit: Number(exit), todo },
  ]);
  expect(Object.fromEntries(told)).toEqual(catalogue);
});
