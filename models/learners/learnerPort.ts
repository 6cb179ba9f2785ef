/** All that a learner of one's own imports, as `whetstone/learner`: the port, and the operations with which it is kept. */
export type { Tensor, Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
export type { GraphNode, GraphPart, Initializer } from '../../core/graph.ts';
export type { Random } from '../../core/random.ts';
export type { Parameters } from '../../core/trial.ts';
export type { LayerEnd } from '../backends/activations.ts';
export type { Tf } from '../backends/backend.ts';
export { type LayerInput, stackedDense } from '../backends/stackedDense.ts';
export { stackedEmbedding, stackedMask, stackedSum } from '../backends/stackedSums.ts';
export type { Batch, Learner, LearnerContext, MatrixShape, NamedTensors } from './learner.ts';
export { countsParameter, numberParameter } from './parameter.ts';
export type { Weight, Weights } from './weights.ts';
