import { WhetError } from '../core/errors.ts';
import type { FeatureMatrix } from '../core/matrix.ts';
import type { MetricName } from '../core/scorecardPlan.ts';
import { hourStart } from '../core/time.ts';
import { settledRows } from '../features/settledRows.ts';
import { concurrently, storeHands } from '../storage/concurrently.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { getObjectJson } from '../storage/objects.ts';

/**
 * Throws `search.one-class` where the labelled rows that trials are validated on are all of one class: a metric that
 * compares the two has no value for any of them.
 */
export async function requireBothClasses(store: ObjectStore, matrixId: string, metric: MetricName): Promise<void> {
  const { validate, asOf } = await getObjectJson<FeatureMatrix>(store, matrixId);
  const limit = hourStart(asOf);
  const counted = await concurrently(validate, storeHands, async (part) => {
    const { data, kept } = await settledRows(store, part, limit);
    return { rows: kept.length, positive: kept.reduce((sum, row) => sum + (data.labels[row] ?? 0), 0) };
  });
  const [rows, positive] = [sumOf(counted, 'rows'), sumOf(counted, 'positive')];
  if (positive > 0 && positive < rows) return;
  const missing = positive === 0 ? 'positive' : 'negative';
  throw new WhetError('search.one-class', {
    expected: `rows of both classes to validate on, without which ${metric} has no value`,
    came: `no ${missing} one among ${rows} labelled rows of the hours ${validate[0]?.hour} to ${validate.at(-1)?.hour}`,
  });
}

function sumOf(counted: readonly { readonly rows: number; readonly positive: number }[], of: 'rows' | 'positive') {
  return counted.reduce((sum, one) => sum + one[of], 0);
}
