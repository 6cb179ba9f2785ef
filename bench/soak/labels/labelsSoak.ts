import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { hourStart } from '../../../core/time.ts';
import { flightDelays } from '../../../pipelines/flight-delays.ts';
import { registerVersion } from '../../../registry/versions.ts';
import { localDisk } from '../../../storage/localDisk.ts';
import { putJson } from '../../../storage/objects.ts';
import { byTest, versionLike } from '../../../test/registry/versionLike.ts';
import { expectedLabels, type InLogs } from './expectedLabels.ts';
import { killedFeedback } from './killedFeedback.ts';
import { hourOfKey, labelsOfBlock, type Making, rowsOfBlock } from './madeLabels.ts';
import { measuredCommand } from './measuredCommand.ts';
import { type ToldLabels, unlikeLabels } from './unlikeLabels.ts';
import { writeAnswers, writeLabelFiles } from './writeLabelInput.ts';

export interface LabelsSoakOptions {
  readonly folder: string;
  /** Labels of a file, in hundreds. */
  readonly rows: number;
  readonly report: (line: string) => void;
}

export interface LabelsSoakReport {
  readonly soak: 'labels';
  readonly labels: number;
  readonly answers: number;
  /** Labels that were stored when the command was killed. */
  readonly storedAtKill: number;
  readonly steps: readonly LabelsStep[];
  readonly violations: readonly string[];
}

/** A command that ran to its end. */
export interface LabelsStep {
  readonly step: string;
  readonly seconds: number;
  readonly labelsPerSecond: number;
  readonly peakMb: number;
}

const { pipeline } = flightDelays.plan;

/**
 * Sends a file of labels by the command, which is killed in the middle and run again, joins them to answers of which a
 * tenth come after their labels, sends the same labels as CSV, and holds each number that is told to what was made.
 */
export async function labelsSoak({ folder, rows, report }: LabelsSoakOptions): Promise<LabelsSoakReport> {
  const making: Making = { blocks: Math.ceil(rows / labelsOfBlock), nowMs: Date.now() };
  const [labels, answers] = [making.blocks * labelsOfBlock, making.blocks * rowsOfBlock];
  const place = { folder, state: join(folder, '.whet') };
  const store = join(place.state, 'store');
  const [steps, violations]: [LabelsStep[], string[]] = [[], []];
  const step = async <T>(name: string, args: readonly string[]): Promise<T> => {
    const { told, seconds, peakMb } = await measuredCommand<T>(args, place);
    steps.push({ step: name, seconds, labelsPerSecond: labels / seconds, peakMb });
    report(`${name}: ${seconds.toFixed(1)} s, peak ${peakMb.toFixed(0)} MB`);
    return told;
  };
  const send = async (name: string, file: string): Promise<void> => {
    const told = await step<{ labels: number }>(name, ['feedback', pipeline, join(folder, file)]);
    if (told.labels !== labels) violations.push(`${name}: ${told.labels} labels of ${labels}`);
  };
  const joined = async (name: string, logs: InLogs): Promise<void> => {
    const told = await step<ToldLabels>(name, ['labels', pipeline]);
    violations.push(...unlikeLabels(told, expectedLabels(making, logs)).map((what) => `${name}: ${what}`));
  };
  report(`making ${labels} labels and ${answers} answers`);
  await openPipeline(store);
  await writeAnswers(making, pipeline, store, (hour) => hourStart(hour) <= making.nowMs);
  await writeLabelFiles(making, folder);
  const stored = await killedFeedback(pipeline, join(folder, 'labels.ndjson'), Math.ceil(labels / 300_000), place);
  const more = countsOf(stored.map(({ key }) => hourOfKey(making, key) ?? ''));
  report(`killed with ${stored.length} labels stored`);
  await send('NDJSON, after the kill', 'labels.ndjson');
  await joined('first join', { files: 1, more, isAnswered: false });
  await writeAnswers(making, pipeline, store, (hour) => hourStart(hour) > making.nowMs);
  await joined('join of answers after their labels', { files: 1, more, isAnswered: true });
  await send('CSV', 'labels.csv');
  await joined('join of labels that came again', { files: 2, more, isAnswered: true });
  return { soak: 'labels', labels, answers, storedAtKill: stored.length, steps, violations };
}

function countsOf(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

async function openPipeline(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const store = localDisk(folder);
  await putJson(store, 'plans/plan.json', flightDelays.plan);
  await registerVersion(store, pipeline, versionLike('a'), byTest);
}
