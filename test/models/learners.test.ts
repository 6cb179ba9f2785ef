import { learners } from '../../models/learners/learners.ts';
import { learnerContract } from './learnerContract.ts';
import { wideAndDeep } from './wideAndDeep.ts';

learnerContract('logistic', learners.logistic, { l2: 1e-4, learningRate: 0.05 });
learnerContract('mlp', learners.mlp, { hidden: [16, 8], learningRate: 0.01, l2: 1e-4 });
const resting = { hidden: [8], activation: 'tanh', dropout: 0.2, learningRate: 0.02, l2: 0 };
learnerContract('mlp with tanh and dropout', learners.mlp, resting);
learnerContract("a user's own learner", wideAndDeep, { learningRate: 0.03, l2: 1e-4 });
