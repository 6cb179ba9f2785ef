import type { RunRecord } from '../core/run.ts';
import type { Scorecard } from '../core/scorecard.ts';
import { scorecardText } from '../core/scorecardText.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { getObjectJson } from '../storage/objects.ts';
import { print } from './output.ts';

/** A run that has ended, for people: its scorecard with the gate's reasons, and how it ended. */
export async function showRun(store: ObjectStore, record: RunRecord): Promise<void> {
  if (record.scorecard !== undefined && record.verdict !== undefined) {
    const card = await getObjectJson<Scorecard>(store, record.scorecard.id);
    print(scorecardText({ ...card, slices: [] }, record.verdict));
  }
  const version = record.version === undefined ? '' : `, version ${record.version}`;
  print(`run ${record.run} ${record.status}${version}: ${record.why}`);
}
