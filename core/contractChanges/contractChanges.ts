import { canonicalJson } from '../canonicalJson.ts';
import type { ContractPlan, Severity } from '../contractPlan.ts';
import { type ChangeLevel, type ContractChange, loosened, major, minor, patch, tightened } from './changeLevel.ts';
import { columnChanges } from './columnChanges.ts';

/**
 * What changed between two contracts, and how far it reaches, by semantic versioning seen from who trains on the rows:
 * `major` where rows may come that no model has seen, or a column is not what it was; `minor` where rows are only fewer
 * or have more columns; `patch` where no row is judged otherwise. In the order of the contract's parts.
 */
export function contractChanges(before: ContractPlan, after: ContractPlan): ContractChange[] {
  return [
    ...(before.id === after.id ? [] : [major(`id: '${before.id}' -> '${after.id}'`, 'it is another contract')]),
    ...sourceChanges(before, after),
    ...keyChanges(before, after),
    ...columnChanges(before.columns, after.columns),
    ...ruleChanges('rules', before.rules, after.rules),
    ...ruleChanges('across', before.across, after.across),
    ...windowChanges(before, after),
    ...severityChanges(before, after),
    ...budgetChanges(before, after),
  ];
}

/** The version that the changes ask for after `before`: the next one of the highest level; `before` itself for none. */
export function nextVersion(before: string, changes: readonly ContractChange[]): string {
  const [majors = 0, minors = 0, patches = 0] = before.split('.').map(Number);
  const next: Record<ChangeLevel, string> = {
    major: `${majors + 1}.0.0`,
    minor: `${majors}.${minors + 1}.0`,
    patch: `${majors}.${minors}.${patches + 1}`,
  };
  const level = highestLevel(changes);
  return level === undefined ? before : next[level];
}

export function highestLevel(changes: readonly ContractChange[]): ChangeLevel | undefined {
  const levels = (['major', 'minor', 'patch'] as const).filter((level) => changes.some((one) => one.level === level));
  return levels[0];
}

/** Whether a version is the same as another or later. */
export function isAtLeast(version: string, least: string): boolean {
  const [a, b] = [version, least].map((text) => text.split('.').map(Number));
  const differs = [0, 1, 2].find((at) => a?.[at] !== b?.[at]);
  return differs === undefined || (a?.[differs] ?? 0) > (b?.[differs] ?? 0);
}

function sourceChanges({ source: before }: ContractPlan, { source: after }: ContractPlan): ContractChange[] {
  const kind = `source: ${before.kind} -> ${after.kind}`;
  const [from, to] = [before.at, after.at].map(canonicalJson);
  return [
    ...(before.kind === after.kind ? [] : [minor(kind, 'values are read by the rules of another format')]),
    ...(before.partition === after.partition
      ? []
      : [minor(`partition: ${before.partition} -> ${after.partition}`, 'rows may fall into other hours')]),
    ...(from === to ? [] : [patch(`source: ${from} -> ${to}`, 'rows are judged as before')]),
  ];
}

function keyChanges(before: ContractPlan, after: ContractPlan): ContractChange[] {
  const [from, to] = [before.key, after.key].map((key) => (typeof key === 'string' ? key : key.join(', ')));
  const time = `eventTime: '${before.eventTime}' -> '${after.eventTime}'`;
  return [
    ...(from === to ? [] : [major(`key: ${from} -> ${to}`, 'other columns tell two rows apart')]),
    ...(before.eventTime === after.eventTime ? [] : [major(time, 'rows fall into other hours')]),
  ];
}

/** Rules are values: one that differs in anything is another one. */
function ruleChanges(part: string, before: readonly object[], after: readonly object[]): ContractChange[] {
  return [
    ...missingIn(after, before).map((rule) => loosened(`${part}: ${rule} is gone`)),
    ...missingIn(before, after).map((rule) => tightened(`${part}: ${rule} is new`)),
  ];
}

function windowChanges(before: ContractPlan, after: ContractPlan): ContractChange[] {
  const gone = 'windows may go on that were refused';
  return [
    ...missingIn(after.batch, before.batch).map((rule) => minor(`batch: ${rule} is gone`, gone)),
    ...missingIn(before.batch, after.batch).map((rule) => patch(`batch: ${rule} is new`, 'no row is judged otherwise')),
  ];
}

function missingIn(held: readonly object[], wanted: readonly object[]): string[] {
  const there = new Set(held.map(canonicalJson));
  return wanted.map(canonicalJson).filter((rule) => !there.has(rule));
}

function severityChanges({ severity: before }: ContractPlan, { severity: after }: ContractPlan): ContractChange[] {
  const rules = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return rules.flatMap((rule) => {
    const [from, to] = [before[rule], after[rule]];
    if (from === to) return [];
    const what = `severity of ${rule}: ${from ?? 'its own'} -> ${to ?? 'its own'}`;
    return [strength(to) < strength(from) ? loosened(what) : tightened(what)];
  });
}

/** Of a rule's own severity nothing is known here but that it is no warning. */
function strength(severity: Severity | undefined): number {
  return severity === 'warn' ? 0 : severity === 'reject' ? 2 : 1;
}

function budgetChanges({ quarantine: before }: ContractPlan, { quarantine: after }: ContractPlan): ContractChange[] {
  if (before.atMost === after.atMost) return [];
  const what = `quarantine.atMost: ${before.atMost} -> ${after.atMost}`;
  return [
    after.atMost > before.atMost
      ? minor(what, 'windows may go on that were refused')
      : patch(what, 'no row is judged otherwise'),
  ];
}
