import {
  type Backtest,
  type BacktestTrack,
  type BacktestTurn,
  modelKey,
  type ReplayedModel,
  turnKey,
} from '../core/backtest.ts';
import { judge } from '../core/gate.ts';
import { isCorrected } from '../core/gatePlan.ts';
import type { VersionRecord } from '../core/ledger.ts';
import { mayPromote } from '../core/ledgerRules.ts';
import type { Plan } from '../core/plan.ts';
import type { StageRecord } from '../core/run.ts';
import type { Verdict } from '../core/scorecard.ts';
import { type Hour, hourStart } from '../core/time.ts';
import { refreshOf, refreshText } from '../core/weightsVersion.ts';
import { headOf, readLedger } from '../registry/ledger.ts';
import { listVersions, type NewVersion, registerVersion } from '../registry/versions.ts';
import { createJson, readJson, requireJson } from '../storage/objects.ts';
import { appendOnce } from './appendOnce.ts';
import { createGateActivities } from './gate.ts';
import type { Ports } from './ports.ts';
import { createRefreshActivities } from './refresh.ts';
import { portsIn } from './scopedPorts.ts';
import { createScorecardActivities } from './scorecard.ts';

/** A track at an hour in which its turn comes. `isFirst`: nothing answers yet, so a model is judged in any case. */
export interface TurnToTake {
  readonly backtest: Backtest;
  readonly track: BacktestTrack;
  readonly hour: Hour;
  readonly isFirst: boolean;
}

/**
 * A track's turn: the hour's model is judged by the gate against the champion that would have been, or the champion's
 * tables are renewed, and what passes is promoted at that hour, in the track's own ledger. Taken once.
 */
export async function takeTurn(ports: Ports, { backtest, track, hour, isFirst }: TurnToTake): Promise<BacktestTurn> {
  const { store } = portsIn(ports, track);
  const held = await readJson<BacktestTurn>(store, turnKey(hour));
  if (held !== undefined) return held;
  const model = await requireJson<ReplayedModel>(ports.store, modelKey(backtest.id, hour));
  const plan = track.gate === undefined ? backtest.plan : { ...backtest.plan, gate: track.gate };
  const isRefresh = track.cadence.kind === 'refresh' && !isFirst;
  const began = ports.clock();
  const turn = await (isRefresh ? renewed(ports, plan, track, model) : judged(ports, plan, track, model));
  const judging = (ports.clock() - began) / 1_000;
  const before = isRefresh
    ? model.stages.filter(({ name }) => name === 'contract' || name === 'snapshot')
    : model.stages;
  const whole: BacktestTurn = { hour, ...turn, seconds: secondsOf(before) + judging };
  await createJson(store, turnKey(hour), whole);
  return requireJson<BacktestTurn>(store, turnKey(hour));
}

type Outcome = Omit<BacktestTurn, 'hour' | 'seconds'>;

async function judged(ports: Ports, plan: Plan, { scope }: BacktestTrack, model: ReplayedModel): Promise<Outcome> {
  const { asOf, snapshot, matrix, package: id, digest } = model;
  if (snapshot === undefined || matrix === undefined || id === undefined || digest === undefined)
    return { kind: 'retrain', outcome: 'rejected', version: null, why: model.rejected ?? 'no model was made' };
  const { pipeline } = plan;
  const ended = await endedBefore(ports, pipeline, scope, model);
  if (ended !== undefined) return ended;
  const toScore = { plan, asOf, snapshot, matrix, package: id, scope };
  const { output } = await createScorecardActivities(ports).scorecard(toScore);
  const counted = plan.gate.some(isCorrected);
  const looks = counted ? await createGateActivities(ports).standings({ plan, asOf, scope }) : undefined;
  const verdict = judge(plan.gate, output.card, looks?.standings);
  const facts = { plan: model.planId, scorecard: output.id, verdict, run: `${scope}/${asOf}` };
  const { version, hindrance } = await entered(
    ports,
    pipeline,
    scope,
    { package: id, digest, asOf, ...facts },
    reasonOf(verdict),
  );
  return outcomeOf(version, verdict, hindrance);
}

/** An attempt that was killed after it had decided: its champion is not to be judged against itself. */
async function endedBefore(
  ports: Ports,
  pipeline: string,
  scope: string,
  { asOf, digest }: ReplayedModel,
): Promise<Outcome | undefined> {
  const ledger = await readLedger(portsIn(ports, { scope }).store, pipeline);
  const record = ledger
    .flatMap(({ event }) => (event.kind === 'registered' ? [event.record] : []))
    .find((one) => one.asOf === asOf && one.digest === digest);
  if (record === undefined) return undefined;
  const end = ledger.find(
    ({ event }) => (event.kind === 'promoted' || event.kind === 'rejected') && event.version === record.version,
  );
  if (end === undefined) return undefined;
  return outcomeOf(record.version, record.verdict, end.event.kind === 'promoted' ? null : 'rejected');
}

function outcomeOf(version: number, verdict: Verdict, hindrance: string | null): Outcome {
  const told = { kind: 'retrain', version, verdict: verdict.outcome } as const;
  if (hindrance === null) return { ...told, outcome: 'promoted', why: reasonOf(verdict) };
  if (!verdict.passed) return { ...told, outcome: 'rejected', why: reasonOf(verdict) };
  return { ...told, outcome: 'kept', why: hindrance };
}

/** With the scorecard and the verdict that the weights were given, as a real refresh. */
async function renewed(ports: Ports, plan: Plan, { scope }: BacktestTrack, model: ReplayedModel): Promise<Outcome> {
  const { store } = portsIn(ports, { scope });
  const { pipeline } = plan;
  const { asOf, snapshot } = model;
  const kept = (why: string): Outcome => ({ kind: 'refresh', outcome: 'kept', version: null, why });
  const number = (await headOf(store, pipeline))?.aliases.champion;
  const champion = (await listVersions(store, pipeline)).find(({ version }) => version === number);
  if (champion === undefined) return kept('no version answers yet');
  if (snapshot === undefined) return kept(model.rejected ?? 'the window was rejected');
  const refresh = refreshOf(champion);
  const toRefresh = { plan, asOf, snapshot, package: champion.package, refresh };
  const { output } = await createRefreshActivities(ports).refreshPackage(toRefresh);
  if (output === null) return kept(`no new labels settled since ${champion.asOf}`);
  const { plan: planId, scorecard, verdict } = champion;
  const facts = { plan: planId, scorecard, verdict, run: `${scope}/${asOf}` };
  const candidate = { package: output.id, digest: output.digest, asOf, refresh, ...facts };
  const why = refreshText(refresh, asOf);
  const { version, hindrance } = await entered(ports, pipeline, scope, candidate, why);
  return { kind: 'refresh', outcome: hindrance === null ? 'promoted' : 'kept', version, why: hindrance ?? why };
}

/** Into the track's ledger, as at that hour, by the ledger's own rules. Nobody is asked to approve the past. */
async function entered(
  ports: Ports,
  pipeline: string,
  scope: string,
  candidate: NewVersion,
  why: string,
): Promise<{ readonly version: number; readonly hindrance: string | null }> {
  const { store } = portsIn(ports, { scope });
  const authorship = { who: 'the back-test', why, at: new Date(hourStart(candidate.asOf)).toISOString() };
  const { version } = await registerVersion(store, pipeline, candidate, authorship);
  const record: VersionRecord = { ...candidate, version };
  const others = (await listVersions(store, pipeline)).filter((one) => one.version !== version);
  const aliases = (await headOf(store, pipeline))?.aliases ?? {};
  const ruling = mayPromote([...others, record], aliases, version);
  if (ruling.ok) await appendOnce(store, pipeline, { kind: 'promoted', version }, authorship);
  else if (!candidate.verdict.passed) await appendOnce(store, pipeline, { kind: 'rejected', version }, authorship);
  return { version, hindrance: ruling.ok ? null : ruling.reason };
}

function reasonOf({ reasons }: Verdict): string {
  return reasons.map(({ text }) => text).join('; ') || 'the gate has no rules';
}

function secondsOf(stages: readonly StageRecord[]): number {
  return stages.reduce((sum, { seconds }) => sum + seconds, 0);
}
