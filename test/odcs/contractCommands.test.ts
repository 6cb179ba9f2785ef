import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../docs/codeBlocks.ts';

const fixture = join(import.meta.dirname, 'payments.odcs.yaml');
let folder: string;

/** Below the repository, so that `whetstone` and `zod` are found, in a folder that git ignores. */
beforeAll(() => {
  mkdirSync(join(root, '.whet'), { recursive: true });
  folder = mkdtempSync(join(root, '.whet', 'odcs-'));
  mkdirSync(join(folder, 'pipelines'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function whet(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'cli/whet.ts'), 'contract', ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

test('what is imported compiles, loads, and is exported into the same document byte for byte', () => {
  const shops = whet('import', fixture, '--schema', 'shops', '--event-time', 'opened_on', '--to', 'pipelines/shops.ts');
  expect([shops.status, shops.stdout]).toEqual([0, '']);
  const payments = whet('import', fixture, '--schema', 'CardPayments', '--to', 'pipelines/card-payments.ts');
  expect(payments.status).toBe(0);
  expect(payments.stderr).toContain('unsupported: schema[0].quality[2] (line 97): type sql\n');
  expect(payments.stderr).toContain('wrote pipelines/card-payments.ts\n');

  const settings = { extends: '../../tsconfig.json', include: ['pipelines/*.ts'], exclude: [] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings));
  const tsc = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], {
    encoding: 'utf8',
  });
  expect([tsc.status, tsc.stdout]).toEqual([0, '']);

  const onto = ['export', 'card-payments', '--onto', fixture, '--schema', 'CardPayments'];
  expect(whet(...onto, '--to', 'again.odcs.yaml')).toMatchObject({ status: 0, stdout: '' });
  expect(readFileSync(join(folder, 'again.odcs.yaml'), 'utf8')).toBe(readFileSync(fixture, 'utf8'));
  expect(whet(...onto, '--to', 'again.odcs.yaml').stderr).toContain('a file that is not there yet');
});

test('a document is a new one, or is written over where it is named twice', () => {
  const source = `import { contract, csv } from 'whetstone';
import { z } from 'zod';
export const visits = contract('visits', {
  source: csv('data/visits.csv', { partition: 'hour' }),
  row: z.object({ at: z.date(), page: z.string().max(200) }),
  eventTime: 'at',
});
`;
  writeFileSync(join(folder, 'pipelines/visits.ts'), source);
  expect(whet('export', 'visits', '--to', 'visits.odcs.yaml').status).toBe(0);
  writeFileSync(join(folder, 'pipelines/visits.ts'), source.replace('200', '300'));
  const over = whet('export', 'visits', '--onto', 'visits.odcs.yaml', '--to', 'visits.odcs.yaml');
  expect([over.status, over.stderr]).toEqual([0, 'wrote visits.odcs.yaml\n']);
  const { stdout } = whet('import', 'visits.odcs.yaml', '--json');
  expect(JSON.parse(stdout)).toMatchObject({
    contract: { id: 'visits', columns: [{}, { checks: [{ kind: 'maxLength', value: 300 }] }] },
    told: [{ kind: 'unsupported', place: 'status (line 6)', what: 'a contract has no word for it' }],
  });
});

test('what is no document ends with 3, and nothing is written', () => {
  writeFileSync(join(folder, 'bad.yaml'), 'kind: DataContract\napiVersion: v3.1.0\nschema:\n  - name: [x]\n');
  const { status, stderr } = whet('import', 'bad.yaml', '--to', 'pipelines/bad.ts');
  expect([status, stderr]).toEqual([
    3,
    expect.stringContaining('odcs.invalid: expected a text, but came ["x"] in schema[0].name (line 4)'),
  ]);
  expect(() => readFileSync(join(folder, 'pipelines/bad.ts'))).toThrow('ENOENT');
});
