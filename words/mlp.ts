import type { Activation } from '../core/learnerPlan.ts';
import { isRange, type ParameterSpace, type RangePlan } from '../core/parameterSpace.ts';
import { gridOf, isNotNegative, isPositive } from './gridOf.ts';
import { invalid } from './invalid.ts';
import type { Learner } from './learner.ts';
import { rangeOf, spaceOf } from './spaceOf.ts';

export interface MlpGrid {
  /** Widths of the hidden layers, from the inputs on: `[[16], [32, 16]]` is two networks, `[[int(8, 128)]]` many. */
  readonly hidden: readonly (readonly (number | RangePlan)[])[];
  /** Step sizes of Adam: a list, or a range such as `logUniform(1e-4, 1e-1)`. */
  readonly learningRate: ParameterSpace;
  /** Strengths of the L2 penalty on the weights. */
  readonly l2: ParameterSpace;
  /** Functions between layers: `'relu'`, `'tanh'`, `'elu'`; ReLU alone when left out. */
  readonly activation?: readonly Activation[];
  /** Shares of the units of hidden layers that rest in a step, drawn anew for each; none rests when left out. */
  readonly dropout?: ParameterSpace;
}

/** A network of fully connected layers with a bent function between them; categories come in as embeddings. */
export function mlp(grid: MlpGrid): Learner {
  return {
    kind: 'mlp',
    plan: (place) => ({
      kind: 'mlp',
      hidden: gridOf(
        grid.hidden,
        `${place}.hidden`,
        'one to eight layers of 1 to 4096 units, such as [32, 16]',
        isLayers,
      ).map((layers, index) => layers.map((units) => unitsOf(units, `${place}.hidden[${index}]`))),
      learningRate: spaceOf(grid.learningRate, `${place}.learningRate`, 'a number above 0', isPositive),
      l2: spaceOf(grid.l2, `${place}.l2`, 'a number, 0 or more', isNotNegative),
      ...(grid.activation === undefined
        ? {}
        : { activation: gridOf(grid.activation, `${place}.activation`, activations.join(', '), isActivation) }),
      ...(grid.dropout === undefined
        ? {}
        : { dropout: spaceOf(grid.dropout, `${place}.dropout`, 'a share, 0 or more and below 1', isShare) }),
    }),
  };
}

const activations: readonly string[] = ['relu', 'tanh', 'elu'] satisfies Activation[];
const isActivation = (name: string): boolean => activations.includes(name);
const isShare = (share: number): boolean => share >= 0 && share < 1;

function isLayers(layers: readonly (number | RangePlan)[]): boolean {
  if (!Array.isArray(layers) || layers.length === 0 || layers.length > 8) return false;
  return layers.every((units) => isRange(units) || isUnits(units));
}

function unitsOf(units: number | RangePlan, place: string): number | RangePlan {
  if (!isRange(units)) return units;
  if (units.kind !== 'int') throw invalid(place, 'widths, or ranges of them such as int(8, 128)', units);
  return rangeOf(units, place, '1 to 4096 units', isUnits);
}

function isUnits(units: number): boolean {
  return Number.isInteger(units) && units >= 1 && units <= 4096;
}
