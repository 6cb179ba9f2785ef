import { compareRuns, type PlannedRun } from '../../core/compareRuns.ts';
import type { Difference } from '../../core/differences.ts';
import { notedOf, notedText } from '../../core/note.ts';
import type { Plan } from '../../core/plan.ts';
import { shortDigests } from '../../core/shortDigests.ts';
import { readNotes } from '../../registry/notes.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { requireJson } from '../../storage/objects.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import type { JsonOption } from '../command.ts';
import { namedRun } from '../named.ts';
import { print, printJson, printTable } from '../output.ts';

/** Shows what differs between two runs, or the runs of two versions. Throws `version.unknown`, `run.unknown`. */
export async function compare(pipeline: string, a: string, b: string, { json }: JsonOption): Promise<void> {
  const { store } = openWorkplace();
  const [one, other] = await Promise.all([planned(store, pipeline, a), planned(store, pipeline, b)]);
  const found = compareRuns(one, other);
  const [left, right] = await Promise.all([headingOf(store, pipeline, one), headingOf(store, pipeline, other)]);
  if (json) return printJson({ a: left, b: right, ...found });
  printTable([
    ['', 'a', 'b'],
    ...(['run', 'status', 'version', 'asOf', 'trials', 'noted'] as const).map((field) => [
      field,
      `${left[field] ?? ''}`,
      `${right[field] ?? ''}`,
    ]),
    ...found.metrics.map(({ metric, a: before, b: after, difference }) => [
      metric,
      figure(before),
      `${figure(after)}${difference === null ? '' : ` (${difference < 0 ? '' : '+'}${figure(difference)})`}`,
    ]),
  ]);
  if (left.asOf !== right.asOf) print('\nEach was measured on the test rows of its own hour.');
  tell('the plan', found.plan);
  tell('what went in', found.inputs);
  tell('what was chosen', found.best);
}

async function planned(store: ObjectStore, pipeline: string, name: string): Promise<PlannedRun> {
  const record = await namedRun(store, pipeline, name);
  return { record, plan: await requireJson<Plan>(store, `plans/${record.plan}.json`) };
}

async function headingOf(store: ObjectStore, pipeline: string, { record }: PlannedRun) {
  const { run, status, version = null, asOf, trials } = record;
  const records = await readNotes(store, pipeline);
  const subjects = [{ run }, ...(version === null ? [] : [{ version }])];
  const noted = subjects.map((subject) => notedText(notedOf(records, subject))).filter((text) => text !== '');
  return { run, status, version, asOf, trials: trials?.total ?? null, noted: noted.join('; ') };
}

function tell(what: string, found: readonly Difference[]): void {
  print(`\n${what}: ${found.length === 0 ? 'the same' : ''}`.trimEnd());
  if (found.length > 0) printTable(found.map(({ path, a, b }) => [`  ${path}`, shown(a), '->', shown(b)]));
}

function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : shortDigests(JSON.stringify(value));
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function figure(value: number | null): string {
  return value === null ? '' : value.toFixed(4);
}
