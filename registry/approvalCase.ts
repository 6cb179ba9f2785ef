import type { ApprovalCase } from '../core/approvals.ts';
import type { LedgerEntry } from '../core/ledger.ts';
import type { Plan } from '../core/plan.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { requireJson } from '../storage/objects.ts';
import { versionOf } from './versions.ts';

/** A version with what its plan asks for. Throws `version.unknown`, and `storage.missing` where its plan is gone. */
export async function approvalCase(
  store: ObjectStore,
  pipeline: string,
  version: number,
  ledger: readonly LedgerEntry[],
): Promise<ApprovalCase> {
  const record = versionOf(pipeline, version, ledger);
  // A plan that is not there waives nothing.
  const { release } = await requireJson<Plan>(store, `plans/${record.plan}.json`);
  return { plan: release, record, ledger };
}
