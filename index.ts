/** All that a pipeline file imports. */
export type { GapAtMost, InOrder, NoDuplicates, References, Unique } from './words/acrossRule.ts';
export { after } from './words/after.ts';
export type { AgeOptions } from './words/agePlan.ts';
export { type AlertOptions, type AlertRule, alert } from './words/alert.ts';
export { type AnomalyOptions, anomalies } from './words/anomalies.ts';
export { asha } from './words/asha.ts';
export { auc } from './words/auc.ts';
export type { Drift, Measured, NewValues, Varies } from './words/batchRule.ts';
export type { Bounded } from './words/bounded.ts';
export { brier } from './words/brier.ts';
export { type BucketOptions, bucket } from './words/bucket.ts';
export { cadence } from './words/cadence.ts';
export { calibrationError } from './words/calibrationError.ts';
export { type CategoryOptions, category } from './words/category.ts';
export { type ClockSkewOptions, clockSkew } from './words/clockSkew.ts';
export {
  type Column,
  type Compared,
  column,
  type NotInFuture,
  type RequiredWhen,
  type Within,
} from './words/column.ts';
export { conceptDrift } from './words/conceptDrift.ts';
export { type Contract, type ContractDefinition, contract } from './words/contract.ts';
export { csv } from './words/csv.ts';
export { cyclic } from './words/cyclic.ts';
export { type DaysBetweenOptions, daysBetween } from './words/daysBetween.ts';
export { type AnyPipeline, definePipeline, type Pipeline } from './words/definePipeline.ts';
export type { PipelineDefinition } from './words/definition.ts';
export { difference } from './words/difference.ts';
export { every } from './words/every.ts';
export { exhaustive } from './words/exhaustive.ts';
export { expectedCost } from './words/expectedCost.ts';
export { falseNegativeRate } from './words/falseNegativeRate.ts';
export { falsePositiveRate } from './words/falsePositiveRate.ts';
export type { Feature } from './words/feature.ts';
export { gapAtMost } from './words/gapAtMost.ts';
export { halving } from './words/halving.ts';
export { inOrder } from './words/inOrder.ts';
export { type InputDriftOptions, inputDrift } from './words/inputDrift.ts';
export { int } from './words/int.ts';
export type { Learner } from './words/learner.ts';
export { logistic } from './words/logistic.ts';
export { logLoss } from './words/logLoss.ts';
export { logUniform } from './words/logUniform.ts';
export type { Metric, Rule, Rules } from './words/metric.ts';
export { type MissingLabelsOptions, missingLabels } from './words/missingLabels.ts';
export { mlp } from './words/mlp.ts';
export type { Monitor } from './words/monitor.ts';
export type { MonitorOptions } from './words/monitorOptions.ts';
export { ndjson } from './words/ndjson.ts';
export { noDuplicates } from './words/noDuplicates.ts';
export { number } from './words/number.ts';
export type { NumericOptions, Scale } from './words/numericOptions.ts';
export { type DecayOptions, onDecay } from './words/onDecay.ts';
export { type DriftOptions, onDrift } from './words/onDrift.ts';
export { type NewDataOptions, onNewData } from './words/onNewData.ts';
export { type OwnLearnerDefinition, ownLearner } from './words/ownLearner.ts';
export { type OwnMetric, ownMetric } from './words/ownMetric.ts';
export { packageSize, type Size } from './words/packageSize.ts';
export { parquet } from './words/parquet.ts';
export { type PerformanceOptions, performance } from './words/performance.ts';
export { prAuc } from './words/prAuc.ts';
export { precision } from './words/precision.ts';
export { random } from './words/random.ts';
export { type RatioOptions, ratio } from './words/ratio.ts';
export { recall } from './words/recall.ts';
export { type RecentCountOptions, recentCount } from './words/recentCount.ts';
export { recentRate } from './words/recentRate.ts';
export { references } from './words/references.ts';
export type { RetrainingDefinition } from './words/retrainingDefinition.ts';
export { type Rows, rows } from './words/rows.ts';
export { sample } from './words/sample.ts';
export { scoreDrift } from './words/scoreDrift.ts';
export { type ShortTime, scoringTime } from './words/scoringTime.ts';
export type { SettleTime } from './words/settleTime.ts';
export { type Share, share } from './words/share.ts';
export { staleness } from './words/staleness.ts';
export type { Strategy } from './words/strategy.ts';
export { type Text, text } from './words/text.ts';
export { textLength } from './words/textLength.ts';
export { type TimeOfDay, timeOfDay } from './words/timeOfDay.ts';
export type { Trigger } from './words/trigger.ts';
export { uniform } from './words/uniform.ts';
export { unique } from './words/unique.ts';
export { type Receiver, type WebhookOptions, webhook } from './words/webhook.ts';
