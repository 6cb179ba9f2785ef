import type { LedgerEntry, RefreshedFrom, VersionRecord } from '../core/ledger.ts';
import { leftToRelease } from '../core/leftToRelease.ts';
import { isOpened, type Opened } from '../core/openWork.ts';
import type { Plan } from '../core/plan.ts';
import { isRecent } from '../core/recentKey.ts';
import { latestHour } from '../core/retrainInput.ts';
import { withoutVariants } from '../core/rolloutTraffic.ts';
import { hourStart } from '../core/time.ts';
import { turnedDown } from '../core/turnedDown.ts';
import { runWindow } from '../core/window.ts';
import { readSnapshot } from '../datasets/snapshots/freezeSnapshot.ts';
import { packageVersion } from '../models/buildPackage.ts';
import { refreshPackage, refreshVersion } from '../models/refreshPackage.ts';
import { readLedger } from '../registry/ledger.ts';
import { versionOf } from '../registry/versions.ts';
import type { PackageOutput } from './package.ts';
import { keepPlan, planOf } from './planOf.ts';
import type { Ports } from './ports.ts';
import { knownPlan, type Resolved } from './resolve.ts';
import { newestHour, type ResolveInput } from './resolvedHour.ts';
import { sharedSource } from './sharedSource.ts';
import { type StageOutcome, stage } from './stage.ts';
import { whileBeating } from './whileBeating.ts';

export interface ResolvedRefresh extends Resolved {
  /** The version that answers; null where none does. */
  readonly champion: VersionRecord | null;
}

export interface RefreshPackageInput {
  readonly plan: Plan;
  readonly asOf: string;
  readonly snapshot: string;
  /** `objects/<sha256>` of the champion's `ModelPackage`. */
  readonly package: string;
  readonly refresh: RefreshedFrom;
}

/** What a refresh does beside the stages that it shares with a run. */
export function createRefreshActivities(ports: Ports) {
  return {
    /** Pins what a refresh will be about: the champion, the plan that it was made by, and the hour of its next tables. */
    resolveRefresh: (input: ResolveInput): Promise<ResolvedRefresh | Opened> => resolved(ports, input),

    /** Stage 5 of a refresh: the champion's package with other tables. Null where they would be the same. */
    refreshPackage(input: RefreshPackageInput): Promise<StageOutcome<PackageOutput | null>> {
      const { plan, asOf, snapshot, refresh } = input;
      const inputs = { package: input.package, of: String(refresh.of), snapshot, asOf };
      const version = 1_000 * packageVersion + refreshVersion;
      return stage(ports, { name: 'package', version, section: 'refresh', inputs }, () =>
        whileBeating(async () => {
          const frozen = await readSnapshot(ports.store, snapshot);
          const window = runWindow(plan, hourStart(asOf));
          const made = await refreshPackage(ports, { ...input, snapshot: frozen, window });
          return made && { id: made.id, digest: made.package.model.digest, threshold: made.package.threshold };
        }),
      );
    },
  };
}

async function resolved(ports: Ports, { input, nowMs, done = [] }: ResolveInput): Promise<ResolvedRefresh | Opened> {
  const { store } = ports;
  const ledger = await readLedger(store, input.pipeline);
  const latest = input.asOf ?? latestHour(nowMs, input.replay);
  if (ledger.at(-1)?.aliases.champion === undefined) {
    const plan = knownPlan(ports, input.pipeline);
    const planId = await keepPlan(store, plan);
    return { plan, planId, champion: null, asOf: latest, skip: 'no version answers yet: retrain first' };
  }
  const champion = versionOf(input.pipeline, 'champion', ledger);
  const plan = await planOf(store, champion.plan);
  const pinned = { plan, planId: champion.plan, champion };
  const hindrance = hindranceOf(plan, champion, ledger);
  if (hindrance !== null) return { ...pinned, asOf: latest, skip: hindrance };
  if (input.asOf !== undefined) return { ...pinned, asOf: input.asOf, skip: olderText(champion, input.asOf) };
  const index = await whileBeating(() => sharedSource(ports, plan.contract, done));
  if (isOpened(index)) return index;
  const asOf = newestHour(index, latest);
  return { ...pinned, asOf, skip: olderText(champion, asOf) };
}

/** What a person or a rollout holds is left as it is. */
function hindranceOf({ features }: Plan, { version }: VersionRecord, ledger: readonly LedgerEntry[]): string | null {
  if (!features.some(isRecent)) return `version ${version} has no feature of recentRate or recentCount`;
  const { paused } = leftToRelease(ledger);
  if (paused !== null) return `releases are paused by ${paused.who}: ${paused.why}`;
  const against = turnedDown(ledger, version);
  if (against !== null) return against;
  const traffic = ledger.at(-1)?.routing.traffic;
  return withoutVariants(traffic) === traffic ? null : 'a rollout is under way, which compares the champion as it is';
}

/** The same hour may have new tables: rows that came late are counted. */
function olderText({ version, asOf: held }: VersionRecord, asOf: string): string | null {
  return asOf < held ? `version ${version} has the tables of ${held} already` : null;
}
