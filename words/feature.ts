import type { ColumnType } from '../core/contractPlan.ts';
import type { FeatureKind, FeaturePlan } from '../core/featurePlan.ts';

/** A row's type: its columns by name. */
export type Row = Record<string, unknown>;

/** A feature before it has a name. `Needs` tells the compiler which columns it reads and of which type; null, if it takes it. */
export interface Feature<Needs extends Row> {
  readonly kind: FeatureKind;
  readonly columns: readonly string[];
  /** Throws `pipeline.invalid` and `duration.invalid`, naming `place`. */
  plan(name: string, place: string): FeaturePlan;
  /** For the compiler alone; nothing is ever there. */
  readonly __needs?: ((needs: Needs) => void) | undefined;
}

/** The types that each kind reads: the same as its `Needs`, for the check at run time. */
export const readableTypes: Readonly<Record<FeatureKind, readonly ColumnType[]>> = {
  number: ['int', 'number'],
  ratio: ['int', 'number'],
  difference: ['int', 'number'],
  daysBetween: ['date'],
  textLength: ['string'],
  cyclic: ['date'],
  category: ['string', 'boolean', 'int'],
  bucket: ['int', 'number'],
  recentRate: ['string', 'boolean', 'int'],
  recentCount: ['string', 'boolean', 'int'],
};
