import { rmSync } from 'node:fs';
import { afterAll } from 'vitest';
import { loadLearner } from '../../models/learners/learnerModule.ts';
import { learners } from '../../models/learners/learners.ts';
import { guideLearner, learnerFolder } from '../docs/learnerOfGuide.ts';
import { learnerContract } from './learnerContract.ts';

learnerContract('logistic', learners.logistic, { l2: 1e-4, learningRate: 0.05 });
learnerContract('mlp', learners.mlp, { hidden: [16, 8], learningRate: 0.01, l2: 1e-4 });
const resting = { hidden: [8], activation: 'tanh', dropout: 0.2, learningRate: 0.02, l2: 0 };
learnerContract('mlp with tanh and dropout', learners.mlp, resting);

const folder = learnerFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const own = await loadLearner(folder, guideLearner, 'guide');
learnerContract("the guide's own learner", own, { learningRate: 0.03, l2: 1e-4, units: 6 });
