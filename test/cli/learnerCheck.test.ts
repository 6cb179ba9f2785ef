import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeBlock, codeBlocks, root } from '../docs/codeBlocks.ts';
import { guideLearner, learnerFolder } from '../docs/learnerOfGuide.ts';

const whetFile = join(root, 'cli/whet.ts');

let folder: string;
/** With a pipeline that names the guide's learner, and one whose `end` is too short. */
beforeAll(() => {
  folder = learnerFolder();
  const text = codeBlock('docs/guide.md', guideLearner).replace('values: drawn(units, random)', 'values: zeros(1)');
  writeFileSync(join(folder, 'learners/broken.ts'), text);
  const named = (module: string, learningRate: readonly number[], units: readonly number[]) => {
    return { kind: 'module', name: module, module, parameters: { learningRate, l2: [0], units } };
  };
  const learners = [named(guideLearner, [0.03, 0.06], [6]), named('learners/broken.ts', [0.01, 0.02], [2, 3])];
  const search = { learners, maximize: 'auc', strategy: { kind: 'exhaustive', epochs: 1 }, seed: 1 };
  mkdirSync(join(folder, 'pipelines'));
  const plan = JSON.stringify({ pipeline: 'p', format: 1, search });
  writeFileSync(join(folder, 'pipelines/p.mjs'), `export const p = { plan: ${plan} };`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the guide's learner passes every check, as the guide's line is typed", () => {
  const typed = codeBlocks('docs/guide.md').find(({ text }) => text.startsWith('npx whet learner check'))?.text ?? '';
  const npx = `npx() { shift; "${process.execPath}" "${whetFile}" "$@"; }`;
  const told = execFileSync('sh', ['-c', `${npx}\n${typed}`], { cwd: folder, encoding: 'utf8' });
  const [heading, columns, ...checks] = told.trim().split('\n');
  expect(heading).toBe(`${guideLearner} with {"l2":0,"learningRate":0.03,"units":6}, wasm`);
  expect(columns).toMatch(/^check +passed +figure$/);
  expect(checks).toHaveLength(10);
  for (const check of checks) expect(check).toMatch(/ {2}yes {5}/);
  expect(told).toContain('compiled, within');
});

test('a learner that fails ends with exit code 3, checked with each shape of the pipeline that names it', () => {
  const { status, stdout, stderr } = whet('learner', 'check', './learners/broken.ts', '--json');
  expect([status, stderr]).toEqual([3, expect.stringContaining('learner.unsound: expected a learner in')]);
  const { checked } = JSON.parse(stdout);
  expect(checked.map((one: { parameters: { units: number } }) => one.parameters.units)).toEqual([2, 3]);
  expect(checked[0].checks[0]).toMatchObject({ passed: false, figure: "'end' of [1,2] with 1 numbers" });
});

test('what cannot be checked is told: no file, no parameters', () => {
  expect(whet('learner', 'check', 'learners/none.ts')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('learner.invalid: expected the file of a learner, but came no learners/none.ts'),
  });
  expect(whet('learner', 'check', guideLearner, '--parameters', '{"l2": 1}')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('with learningRate for --parameters, but came {"l2": 1}'),
  });
});

function whet(...args: string[]) {
  return spawnSync(process.execPath, [whetFile, ...args], { cwd: folder, encoding: 'utf8' });
}
