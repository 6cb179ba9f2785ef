/** One input of the model: its kind, its name, the columns and settings it is made from. */
export type FeaturePlan =
  | { readonly kind: 'number'; readonly name: string; readonly column: string }
  | { readonly kind: 'category'; readonly name: string; readonly column: string }
  | { readonly kind: 'cyclic'; readonly name: string; readonly column: string; readonly period: CyclicPeriod }
  | {
      readonly kind: 'recentRate';
      readonly name: string;
      readonly column: string;
      readonly overMs: number;
      /** Weight, in rows, of the rate over all keys towards which each key's rate is smoothed. */
      readonly smoothing: number;
    };

export type FeatureKind = FeaturePlan['kind'];
export type CyclicPeriod = 'hour of day' | 'day of week';
