import type { Comparison } from '../core/comparison.ts';
import type { CostRule } from '../core/gatePlan.ts';
import type { EveryTrigger } from '../core/retrainPlan.ts';
import type { MetricName } from '../core/scorecardPlan.ts';
import type { Duration } from '../core/time.ts';
import type { Compared } from './column.ts';
import type { ColumnsOfType, FullColumnsOfType, Wrong } from './columnTypes.ts';
import type { Contract } from './contract.ts';
import type { Feature, Row } from './feature.ts';
import type { Rule } from './metric.ts';
import type { ReleaseDefinition } from './releaseDefinition.ts';
import type { RetrainingDefinition } from './retrainingDefinition.ts';
import type { RolloutDefinition } from './rolloutDefinition.ts';
import type { ScorecardDefinition } from './scorecardDefinition.ts';
import type { SearchDefinition } from './searchDefinition.ts';
import type { ServingDefinition } from './servingDefinition.ts';
import type { SettleTime } from './settleTime.ts';
import type { Text } from './text.ts';
import type { Trigger } from './trigger.ts';
import type { WatchDefinition } from './watchDefinition.ts';

/** Everything a pipeline file says. `R` is the contract's row, `L` the label's column, `M` the scorecard's metrics. */
export interface PipelineDefinition<
  Id extends string,
  R extends Row,
  L extends string,
  S extends string,
  F extends Record<string, Feature<never>>,
  M extends MetricName,
> {
  /** Small letters, digits and `-`. */
  readonly id: Id;
  readonly contract: Contract<string, R>;
  readonly label: LabelDefinition<NoInfer<R>, L, S>;
  readonly window: WindowDefinition;
  /** The model's inputs by name. A feature may not read the label's column. */
  readonly features: F & { readonly [K in keyof F]: FittingFeature<F[K], NoInfer<R>, NoInfer<L>> };
  readonly search: SearchDefinition<NoInfer<M>>;
  readonly scorecard: ScorecardDefinition<NoInfer<R>, M>;
  /** A candidate goes on only if all of these pass. None: every candidate goes on. */
  readonly gate: readonly (Rule<NoInfer<M>, ColumnsOfType<NoInfer<R>, string | number | boolean>> | CostRule)[];
  /** What starts a run by itself; nothing when left out. */
  readonly retrain?: readonly Trigger[];
  /** What holds triggers back: a budget, a cool-down, too little to learn. */
  readonly retraining?: RetrainingDefinition;
  /** How often to look whether the champion's recent-rate tables can be newer, between retrainings; never when left out. */
  readonly refresh?: Trigger<EveryTrigger>;
  readonly rollout?: RolloutDefinition;
  /** Who must approve a version before it is rolled out; nobody when left out. */
  readonly release?: ReleaseDefinition;
  readonly serving?: ServingDefinition;
  /** What is looked at once a model answers; nothing when left out. */
  readonly watch?: WatchDefinition;
  /** The words of the answer; the label's name and `not <name>` when left out. */
  readonly answer?: { readonly positive: string; readonly negative: string };
}

export interface LabelDefinition<R extends Row, L extends string, S extends string> {
  readonly name: string;
  /** The row is positive where this holds: `column('delay').above(15)`, `column('fraud').equals(text('Y'))`. */
  readonly from: Compared<L, Comparison, number | boolean | Text<string>> & FittingLabel<R, L>;
  /** How long after its event time a row's label is known. */
  readonly settlesAfter: Duration | (SettleTime<S> & FittingNumber<R, S>);
  /** Rows of this last stretch before `asOf` are not learned from: whole hours. */
  readonly settlesWithin: Duration;
}

/** Lengths of time backwards from the cutoff: test, before it validate, before that train. Whole hours. */
export interface WindowDefinition {
  readonly train: Duration;
  readonly validate: Duration;
  readonly test: Duration;
}

/** The feature itself where each of its columns exists, has the right type and is not the label's; else the reasons why not. */
type FittingFeature<F, R extends Row, L extends string> =
  F extends Feature<infer Needs> ? ([Misfit<Needs, R, L>] extends [never] ? F : Misfit<Needs, R, L>) : never;

/** Why columns do not fit; never where all do. */
type Misfit<Needs extends Row, R extends Row, L extends string> = {
  [Name in keyof Needs & string]: Name extends L
    ? Wrong<`'${Name}' is where the label comes from: a feature may not read it`>
    : Name extends keyof R
      ? NonNullable<R[Name]> extends NonNullable<Needs[Name]>
        ? NullMayStand<R[Name], Needs[Name]> extends true
          ? never
          : Wrong<`column '${Name}' may be null, and the feature does not say what stands for it`>
        : Wrong<`column '${Name}' has the wrong type for this feature`>
      : Wrong<`the contract has no column '${Name}'`>;
}[keyof Needs & string];

/** Whether null never comes, or the feature takes it. */
type NullMayStand<V, Need> = [V] extends [NonNullable<V>] ? true : null extends Need ? true : false;

type FittingLabel<R extends Row, Name extends string> = string extends Name
  ? unknown
  : Name extends FullColumnsOfType<R, number>
    ? { readonly to: number }
    : Name extends FullColumnsOfType<R, boolean>
      ? { readonly is: 'equals' | 'differsFrom'; readonly to: boolean }
      : Name extends FullColumnsOfType<R, string>
        ? { readonly is: 'equals' | 'differsFrom'; readonly to: Text<string> }
        : Wrong<`'${Name}' is no number, text or boolean of the contract that is always there`>;

type FittingNumber<R extends Row, Name extends string> = string extends Name
  ? unknown
  : Name extends FullColumnsOfType<R, number>
    ? unknown
    : Name extends keyof R
      ? Wrong<`column '${Name}' is no number, or may be null`>
      : Wrong<`the contract has no column '${Name}'`>;
