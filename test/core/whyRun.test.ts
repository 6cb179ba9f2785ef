import { expect, test } from 'vitest';
import type { RunRecord, StageRecord } from '../../core/run.ts';
import { rootCause, whyRun } from '../../core/whyRun.ts';

const stage = (reused: boolean, inputs: Record<string, string>): StageRecord => ({
  name: 'contract',
  key: 'k',
  seconds: 1,
  reused,
  inputs,
});

function record(stages: StageRecord[]): RunRecord {
  const ids = { run: 'a/2001-01-01T00/1', pipeline: 'a', asOf: '2001-01-01T00', plan: 'p', workflow: 'w' };
  const times = { startedAt: '2026-01-01T00:00:00Z', endedAt: '2026-01-01T00:01:00Z' };
  const snapshot = { id: 'sn1-x', partitions: { total: 10, validated: 1, reused: 9 } };
  return { ...ids, ...times, status: 'judged', why: 'passed', stages, snapshot };
}

test('names the input that changed since the run before', () => {
  const before = record([stage(false, { source: 'a', to: '12' })]);
  const reasons = whyRun(record([stage(false, { source: 'a', to: '13' })]), before);
  const [reason] = reasons;
  expect(reason?.changed).toEqual([{ input: 'to', before: '12', now: '13' }]);
  expect(rootCause(reasons)).toBe('to of contract');
  expect(reason?.text).toBe('computed: to changed; 1 of 10 partitions read and validated, 9 reused');
});

test('tells a reused stage, a first one, and one whose plan or code changed', () => {
  const texts = [
    whyRun(record([stage(true, {})]), undefined),
    whyRun(record([stage(false, {})]), undefined),
    whyRun(record([stage(false, {})]), record([stage(false, {})])),
  ].map(([reason]) => reason?.text.split(';')[0]);
  expect(texts).toEqual([
    'reused: its result was there for these inputs',
    'computed: no run before did it',
    'computed: the same inputs, but the plan or the code changed',
  ]);
});

test('the root cause is the first stage that went another way, where its inputs tell it', () => {
  const before = record([stage(false, { source: 'a' })]);
  const rootOf = (...stages: StageRecord[]) => rootCause(whyRun(record(stages), before));
  expect(rootOf(stage(false, { source: 'b', to: '13' }))).toBe('source, to of contract');
  expect([rootOf(stage(true, { source: 'a' })), rootOf(stage(false, { source: 'a' }))]).toEqual([undefined, undefined]);
});
