import { planOf } from '../../activities/planOf.ts';
import type { VersionRecord } from '../../core/ledger.ts';
import type { ModelPackage } from '../../core/modelPackage.ts';
import type { Plan } from '../../core/plan.ts';
import type { Scorecard } from '../../core/scorecard.ts';
import { headOf } from '../../registry/ledger.ts';
import { findVersion } from '../../registry/versions.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { getObjectJson, objectKey } from '../../storage/objects.ts';

/** Everything that a version's model card is written from. */
export interface CardFacts {
  readonly record: VersionRecord;
  /** The names that point at it now. */
  readonly aliases: readonly string[];
  readonly card: Scorecard;
  readonly plan: Plan;
  /** Undefined where it is kept no longer. */
  readonly package: ModelPackage | undefined;
}

/** Throws `version.unknown`, `storage.missing`, `storage.damaged`. */
export async function cardFacts(store: ObjectStore, pipeline: string, version: string): Promise<CardFacts> {
  const record = await findVersion(store, pipeline, version);
  const aliases = Object.entries((await headOf(store, pipeline))?.aliases ?? {});
  const isKept = await store.has(objectKey(record.package));
  return {
    record,
    aliases: aliases.filter(([, number]) => number === record.version).map(([name]) => name),
    card: await getObjectJson<Scorecard>(store, record.scorecard),
    plan: await planOf(store, record.plan),
    package: isKept ? await getObjectJson<ModelPackage>(store, record.package) : undefined,
  };
}
