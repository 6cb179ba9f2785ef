import { briefCard } from '../core/briefCard.ts';
import { canonicalJson } from '../core/canonicalJson.ts';
import { gateNeeds, needsNothing } from '../core/gateNeeds.ts';
import type { VersionRecord } from '../core/ledger.ts';
import type { FeatureMatrix } from '../core/matrix.ts';
import { plannedMeasures } from '../core/measures.ts';
import type { ModelPackage } from '../core/modelPackage.ts';
import type { Plan } from '../core/plan.ts';
import type { Measured, Scorecard } from '../core/scorecard.ts';
import { hourStart } from '../core/time.ts';
import { runWindow } from '../core/window.ts';
import { readSnapshot } from '../datasets/snapshots/freezeSnapshot.ts';
import { buildScorecard, type Rival, scorecardVersion } from '../models/buildScorecard.ts';
import { measureScoring } from '../models/measureScoring.ts';
import { loadPackage } from '../models/scorers/loadPackage.ts';
import { headOf } from '../registry/ledger.ts';
import { listVersions } from '../registry/versions.ts';
import { getObject, getObjectJson, putObjectJson } from '../storage/objects.ts';
import { planOf } from './planOf.ts';
import type { Ports } from './ports.ts';
import { portsIn, type Scoped } from './scopedPorts.ts';
import { type StageOutcome, stage } from './stage.ts';
import { whileBeating } from './whileBeating.ts';

export interface ScorecardInput extends Scoped {
  readonly plan: Plan;
  readonly asOf: string;
  readonly snapshot: string;
  readonly matrix: string;
  /** `objects/<sha256>` of the candidate's `ModelPackage`. */
  readonly package: string;
}

export interface ScorecardOutput {
  /** `objects/<sha256>` of the `Scorecard`. */
  readonly id: string;
  /** Without its slices and curves, which may be many. */
  readonly card: Scorecard;
}

/** Stage 6: the candidate on the test rows, alone and against the champion and the reference on the same rows. */
export function createScorecardActivities(all: Ports) {
  return {
    async scorecard(input: ScorecardInput): Promise<StageOutcome<ScorecardOutput>> {
      const ports = portsIn(all, input);
      const { plan, asOf, snapshot, matrix } = input;
      const aliases = (await headOf(ports.store, plan.pipeline))?.aliases ?? {};
      const versions = await listVersions(ports.store, plan.pipeline);
      const champion = await rivalOf(ports, versions, aliases.champion);
      const reference = await rivalOf(ports, versions, aliases.reference);
      const against = { champion: nameOf(champion), reference: nameOf(reference) };
      const needs = gateNeeds(plan.gate);
      const ruled = needsNothing(needs) ? {} : { ruled: canonicalJson(needs) };
      const inputs = { package: input.package, snapshot, matrix, asOf, ...against, ...ruled };
      return stage(ports, { name: 'scorecard', version: scorecardVersion, section: plan.scorecard, inputs }, () =>
        whileBeating(async () => {
          const built = await buildScorecard(ports, {
            plan,
            snapshot: await readSnapshot(ports.store, snapshot),
            window: runWindow(plan, hourStart(asOf)),
            matrix: await getObjectJson<FeatureMatrix>(ports.store, matrix),
            package: await getObjectJson<ModelPackage>(ports.store, input.package),
            champion: champion?.rival ?? null,
            reference: reference?.rival ?? null,
            own: plannedMeasures(plan, ports.measures?.get(plan.pipeline)),
          });
          const card: Scorecard = { ...built, measured: await measuredPackage(ports, input.package) };
          return { id: await putObjectJson(ports.store, card), card: briefCard(card, needs.slices) };
        }),
      );
    },
  };
}

/** Measured where the card is made, and kept with it: who finds the stage done finds these figures. */
async function measuredPackage({ store }: Ports, id: string): Promise<Measured> {
  const { package: held, scorer } = await loadPackage(store, id);
  try {
    const times = await measureScoring(scorer, held.golden, () => performance.now());
    const document = (await getObject(store, id)).byteLength;
    const packageBytes = held.model.bytes + held.network.bytes + document;
    return { ...times, modelBytes: held.model.bytes, packageBytes };
  } finally {
    await scorer.release();
  }
}

interface NamedRival {
  readonly package: string;
  readonly rival: Rival;
}

async function rivalOf(
  ports: Ports,
  versions: readonly VersionRecord[],
  version: number | undefined,
): Promise<NamedRival | undefined> {
  const record = versions.find((one) => one.version === version);
  if (record === undefined) return undefined;
  const held = await getObjectJson<ModelPackage>(ports.store, record.package);
  const plan = await planOf(ports.store, record.plan);
  return { package: record.package, rival: { version: record.version, package: held, plan } };
}

function nameOf(rival: NamedRival | undefined): string {
  return rival === undefined ? 'none' : `version ${rival.rival.version}, package ${rival.package}`;
}
