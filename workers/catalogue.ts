import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { canonicalJson } from '../core/canonicalJson.ts';
import type { ContractPlan } from '../core/contractPlan.ts';
import { WhetError } from '../core/errors.ts';
import type { GateRule } from '../core/gatePlan.ts';
import type { LearnerPlan } from '../core/learnerPlan.ts';
import type { Measures } from '../core/measures.ts';
import type { Plan } from '../core/plan.ts';
import { moduleDigest } from '../models/learners/learnerModule.ts';

/**
 * The pipelines of a folder, by id: every value that `pipelines/*.ts` exports and `definePipeline` made, each plan with the
 * digests of the learners that are files of the folder.
 */
export async function loadCatalogue(folder: string): Promise<Map<string, Plan>> {
  const plans = new Map<string, Plan>();
  for (const file of await pipelineFiles(folder)) {
    for (const plan of await plansOf(file)) {
      if (plans.has(plan.pipeline)) throw twice(plan.pipeline, file);
      plans.set(plan.pipeline, await withDigests(plan, folder));
    }
  }
  return plans;
}

/** The functions of the own metrics of a folder's pipelines, by the pipelines' ids. */
export async function loadMeasures(folder: string): Promise<Map<string, Measures>> {
  const modules = await Promise.all((await pipelineFiles(folder)).map(loaded));
  const pipelines = modules.flatMap((module) => Object.values(module)).filter(isPipeline);
  return new Map(pipelines.map(({ plan, measures = {} }) => [plan.pipeline, measures]));
}

/** The contracts of a folder, by id: those of its pipelines, and every other that `pipelines/*.ts` exports. */
export async function loadContracts(folder: string): Promise<Map<string, ContractPlan>> {
  const contracts = new Map<string, ContractPlan>();
  for (const file of await pipelineFiles(folder)) {
    for (const contract of await contractsOf(file)) {
      const held = contracts.get(contract.id) ?? contract;
      if (canonicalJson(held) !== canonicalJson(contract)) throw otherContract(contract.id, file);
      contracts.set(contract.id, held);
    }
  }
  return contracts;
}

/** The rules of a gate that a file exports: in lists, or one by one. Throws `pipeline.unloadable`, `pipeline.invalid`. */
export async function loadRules(file: string): Promise<GateRule[]> {
  const values = Object.values(await loaded(file)).flat();
  const rules = values.filter(isRule);
  if (rules.length > 0) return rules;
  const expected = "a file that exports rules, such as 'export const gate = [auc.atLeast(0.6)]'";
  throw new WhetError('pipeline.invalid', { expected, came: `none in ${file}` });
}

function isRule(value: unknown): value is GateRule {
  return typeof value === 'object' && value !== null && 'kind' in value && ('metric' in value || 'cost' in value);
}

async function pipelineFiles(folder: string): Promise<string[]> {
  const names = await readdir(join(folder, 'pipelines')).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
  const sources = names.filter((name) => /\.(?:ts|mts|js|mjs)$/.test(name) && !name.endsWith('.d.ts'));
  return sources.sort().map((name) => join(folder, 'pipelines', name));
}

async function plansOf(file: string): Promise<Plan[]> {
  const module = await loaded(file);
  return Object.values(module).flatMap((value) => (isPipeline(value) ? [value.plan] : []));
}

async function withDigests(plan: Plan, folder: string): Promise<Plan> {
  if (plan.search?.learners.some(({ kind }) => kind === 'module') !== true) return plan;
  const learners = await Promise.all(plan.search.learners.map((learner) => withDigest(learner, folder)));
  return { ...plan, search: { ...plan.search, learners } };
}

async function withDigest(learner: LearnerPlan, folder: string): Promise<LearnerPlan> {
  if (learner.kind !== 'module') return learner;
  const digest = await moduleDigest(folder, learner.module);
  if (digest !== undefined) return { ...learner, digest };
  const expected = `the file of the learner '${learner.name}'`;
  throw new WhetError('learner.invalid', { expected, came: `no ${learner.module} in ${folder}` });
}

async function contractsOf(file: string): Promise<ContractPlan[]> {
  const module = await loaded(file);
  return Object.values(module).flatMap((value) => {
    if (isPipeline(value)) return [value.plan.contract];
    return isContract(value) ? [value.plan] : [];
  });
}

async function loaded(file: string): Promise<Record<string, unknown>> {
  try {
    return (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  } catch (error) {
    if (error instanceof WhetError) throw error;
    throw new WhetError('pipeline.unloadable', { expected: 'a module that loads', came: `${error} in ${file}` }, error);
  }
}

function isPipeline(value: unknown): value is { plan: Plan; measures?: Measures } {
  if (typeof value !== 'object' || value === null || !('plan' in value)) return false;
  const { plan } = value;
  return typeof plan === 'object' && plan !== null && 'pipeline' in plan && 'format' in plan;
}

function isContract(value: unknown): value is { plan: ContractPlan } {
  if (typeof value !== 'object' || value === null || !('plan' in value)) return false;
  const { plan } = value;
  return typeof plan === 'object' && plan !== null && 'columns' in plan && 'eventTime' in plan;
}

function otherContract(id: string, file: string): WhetError {
  const came = `another '${id}' in ${file}`;
  return new WhetError('contract.duplicate', { expected: 'one contract of each id', came });
}

function twice(id: string, file: string): WhetError {
  return new WhetError('pipeline.duplicate', {
    expected: 'one pipeline of each id',
    came: `a second '${id}' in ${file}`,
  });
}
