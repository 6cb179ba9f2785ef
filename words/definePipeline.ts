import type { GateRule } from '../core/gatePlan.ts';
import type { Measures } from '../core/measures.ts';
import type { LabelPlan, Plan, WindowPlan } from '../core/plan.ts';
import type { MetricName } from '../core/scorecardPlan.ts';
import { durationMs } from '../core/time.ts';
import { checkPlan } from './checkPlan.ts';
import type { PipelineDefinition } from './definition.ts';
import type { Feature, Row } from './feature.ts';
import { frozen } from './frozen.ts';
import { pipelineShape } from './pipelineShape.ts';
import { releaseOf } from './releaseDefinition.ts';
import { requireShape } from './requireShape.ts';
import { retrainingOf } from './retrainingDefinition.ts';
import { rolloutOf } from './rolloutDefinition.ts';
import { comparisonOf } from './rowRuleOf.ts';
import { measuresOf, scorecardOf } from './scorecardDefinition.ts';
import { searchOf } from './searchDefinition.ts';
import { servingOf } from './servingDefinition.ts';
import { watchOf } from './watchDefinition.ts';
import { wholeHoursMs } from './wholeHoursMs.ts';

/**
 * A pipeline: its plan as JSON, frozen, and the types of its row, features, metrics and inputs (the columns that its
 * features read) for the compiler.
 */
export interface Pipeline<Id extends string, R extends Row, F extends string, M extends MetricName, I extends Row = R> {
  readonly id: Id;
  readonly plan: Plan;
  /** The functions of its own metrics; the plan holds their hashes. */
  readonly measures: Measures;
  /** For the compiler alone; nothing is ever there. */
  readonly __types?: { readonly row: R; readonly feature: F; readonly metric: M; readonly input: I };
}

/** Any pipeline, whatever its columns. */
export type AnyPipeline = Pipeline<string, Row, string, MetricName>;

/**
 * A pipeline from its definition. What the compiler refuses is refused here as well, for files that run unchecked:
 * throws `pipeline.invalid`, `duration.invalid`, `column.unknown`, `column.wrong-type`, `feature.reads-label` and
 * `metric.not-on-scorecard`, each naming the place and, where there is one, the nearest right name.
 */
export function definePipeline<
  const Id extends string,
  R extends Row,
  const L extends string,
  const F extends Record<string, Feature<never>>,
  const M extends MetricName,
  const S extends string = string,
>(definition: PipelineDefinition<Id, R, L, S, F, M>): Pipeline<Id, R, keyof F & string, M, InputsOf<R, F>> {
  const loose = definition as unknown as AnyDefinition;
  const place = `pipeline ${String(loose?.id)}`;
  requireShape(pipelineShape, loose, place);
  const plan = planOf(loose, place);
  checkPlan(plan, place);
  return { id: definition.id, plan: frozen(structuredClone(plan)), measures: measuresOf(loose.scorecard) };
}

/** Exactly the columns that the features read: what a model of the pipeline takes. */
type InputsOf<R extends Row, F extends Record<string, Feature<never>>> = Pick<R, keyof R & NeededBy<F[keyof F]>>;
type NeededBy<F> = F extends Feature<infer Needs> ? keyof Needs : never;

type AnyDefinition = PipelineDefinition<string, Row, string, string, Record<string, Feature<never>>, MetricName>;

function planOf(definition: AnyDefinition, place: string): Plan {
  const { retrain = [], retraining, refresh, release, serving, watch, answer } = definition;
  const label = labelOf(definition.label, `${place}, label`);
  return {
    format: 1,
    pipeline: definition.id,
    contract: definition.contract.plan,
    label,
    window: windowOf(definition.window, `${place}, window`),
    features: Object.entries(definition.features).map(([name, f]) => f.plan(name, `${place}, features.${name}`)),
    search: searchOf(definition.search, `${place}, search`),
    scorecard: scorecardOf(definition.scorecard),
    gate: definition.gate as readonly GateRule[],
    retrain: retrain.map((trigger, index) => trigger.plan(`${place}, retrain[${index}]`)),
    ...(retraining === undefined ? {} : { retraining: retrainingOf(retraining, `${place}, retraining`) }),
    ...(refresh === undefined ? {} : { refresh: refresh.plan(`${place}, refresh`) }),
    rollout: rolloutOf(definition.rollout ?? {}, `${place}, rollout`),
    ...(release === undefined ? {} : { release: releaseOf(release, `${place}, release`) }),
    ...(serving === undefined ? {} : { serving: servingOf(serving, `${place}, serving`) }),
    ...(watch === undefined ? {} : { watch: watchOf(watch, definition.search.maximize.name, `${place}, watch`) }),
    answer: answer ?? { positive: label.name, negative: `not ${label.name}` },
  };
}

function labelOf(label: AnyDefinition['label'], place: string): LabelPlan {
  const { column, is, to } = comparisonOf(label.from);
  const after = label.settlesAfter;
  const afterPlace = `${place}.settlesAfter`;
  return {
    name: label.name,
    // A bare text names a column, which no label is compared to: it is refused as no value.
    from: { column, is, value: 'value' in to ? to.value : Number.NaN },
    settlesAfter:
      typeof after === 'string' ? { timesMs: 0, plusMs: durationMs(after, afterPlace) } : after.plan(afterPlace),
    settlesWithinMs: wholeHoursMs(label.settlesWithin, 0, `${place}.settlesWithin`),
  };
}

function windowOf(window: AnyDefinition['window'], place: string): WindowPlan {
  return {
    trainMs: wholeHoursMs(window.train, 1, `${place}.train`),
    validateMs: wholeHoursMs(window.validate, 1, `${place}.validate`),
    testMs: wholeHoursMs(window.test, 1, `${place}.test`),
  };
}
