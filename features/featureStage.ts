import type { FeatureMatrix } from '../core/matrix.ts';
import type { Plan } from '../core/plan.ts';
import type { Snapshot } from '../core/snapshot.ts';
import type { RunWindow } from '../core/window.ts';
import type { DataPorts } from '../datasets/dataPorts.ts';
import { buildMatrix } from './buildMatrix.ts';
import { buildTables } from './buildTables.ts';
import { fitEncoders } from './fitEncoders.ts';

/**
 * The feature stage: the parts of the window, each with the table of its own hour; encoders fitted on the train window
 * alone; and the table of `asOf`, which the package carries. Throws as `buildMatrix` does.
 */
export async function buildFeatureMatrix(
  ports: DataPorts,
  plan: Plan,
  snapshot: Snapshot,
  window: RunWindow,
): Promise<FeatureMatrix> {
  const { asOf } = window;
  const hours = [...window.train, ...window.validate, ...window.test];
  // The tables of all hours in one pass, the parts' own among them.
  const table = (await buildTables(ports, plan, snapshot, [...hours, asOf])).get(asOf);
  if (table === undefined) throw new TypeError(`Expected a table of ${asOf}.`);
  const parts = await buildMatrix(ports, plan, snapshot, hours, { tablesOlderByHours: 0 });
  const [validateAt, testAt] = [window.train.length, window.train.length + window.validate.length];
  const train = parts.slice(0, validateAt);
  const encoders = fitEncoders(plan, train);
  const [validate, test] = [parts.slice(validateAt, testAt), parts.slice(testAt)];
  return { snapshot: snapshot.id, asOf, encoders, train, validate, test, table };
}
