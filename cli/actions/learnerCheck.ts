import { relative, resolve, sep } from 'node:path';
import { canonicalJson } from '../../core/canonicalJson.ts';
import { WhetError } from '../../core/errors.ts';
import type { Plan } from '../../core/plan.ts';
import { searchCandidates } from '../../core/searchCandidates.ts';
import type { Parameters } from '../../core/trial.ts';
import { shapeOf } from '../../core/trialLanes.ts';
import { openBackend } from '../../models/backends/openBackend.ts';
import { type CheckOutcome, checkLearner } from '../../models/learners/check/checkLearner.ts';
import { loadLearner, moduleDigest } from '../../models/learners/learnerModule.ts';
import { loadCatalogue } from '../../workers/catalogue.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import type { JsonOption } from '../command.ts';
import { print, printJson, printTable } from '../output.ts';

interface CheckOptions extends JsonOption {
  readonly parameters?: string;
}

/** One that any machine has, and whose lanes are the same to the bit. */
const backendName = 'wasm';

/** Checks the learner of a file, with each set of parameters. Throws `learner.invalid`, `learner.unsound`, `input.invalid`. */
export async function learnerCheck(file: string, { parameters, json }: CheckOptions): Promise<void> {
  const { folder } = openWorkplace();
  const digest = await moduleDigest(folder, file);
  if (digest === undefined) {
    throw new WhetError('learner.invalid', { expected: 'the file of a learner', came: `no ${file} in ${folder}` });
  }
  const learner = await loadLearner(folder, file, digest);
  const given = parameters === undefined ? await plannedFor(folder, file) : [parametersOf(parameters)];
  const backend = await openBackend(backendName);
  const checked = [];
  for (const one of given) checked.push({ parameters: one, checks: await checkLearner(backend, learner, one) });
  if (json) printJson({ file, digest, version: learner.version, backend: backend.name, checked });
  else for (const one of checked) show(file, one.parameters, one.checks);
  const failed = checked.flatMap(({ checks }) => checks.filter(({ passed }) => !passed));
  if (failed.length === 0) return;
  const came = `${failed.length} that fail, first: ${failed[0]?.check} (${failed[0]?.figure})`;
  throw new WhetError('learner.unsound', { expected: `a learner in ${file} that passes every check`, came });
}

function show(file: string, parameters: Parameters, checks: readonly CheckOutcome[]): void {
  print(`${file} with ${canonicalJson(parameters)}, ${backendName}`);
  printTable([
    ['check', 'passed', 'figure'],
    ...checks.map(({ check, passed, figure }) => [check, passed ? 'yes' : 'NO', figure]),
  ]);
}

function parametersOf(text: string): Parameters {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && 'learningRate' in value) return value as Parameters;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  const expected = 'an object as JSON with learningRate for --parameters';
  throw new WhetError('input.invalid', { expected, came: text });
}

/** So many shapes are enough to see that none is built in. */
const mostShapes = 4;

/** Of the pipelines that name the file, a candidate of each shape. */
async function plannedFor(folder: string, file: string): Promise<Parameters[]> {
  const path = relative(folder, resolve(folder, file)).split(sep).join('/');
  const shapes = new Map<string, Parameters>();
  for (const { search } of (await loadCatalogue(folder)).values()) {
    for (const candidate of candidatesOf(search, path)) {
      const shape = canonicalJson(shapeOf(candidate).parameters);
      if (!shapes.has(shape)) shapes.set(shape, candidate.parameters);
    }
  }
  if (shapes.size > 0) return [...shapes.values()].slice(0, mostShapes);
  const expected = `a pipeline that names ${path}, or --parameters`;
  const todo = `Say them, such as: --parameters '{"learningRate":0.01,"l2":0}', with all others that the learner reads.`;
  throw new WhetError('input.invalid', { expected, came: 'none of either', todo });
}

function candidatesOf(search: Plan['search'], path: string) {
  const learners = search.learners.filter((learner) => learner.kind === 'module' && learner.module === path);
  return learners.length === 0 ? [] : searchCandidates({ ...search, learners });
}
