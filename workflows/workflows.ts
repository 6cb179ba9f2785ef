/** All workflows of the engine: what a worker bundles. */
export { backtest } from './backtest.ts';
export { backtestModel } from './backtestModel.ts';
export { notify } from './notify.ts';
export { refresh } from './refresh.ts';
export { register } from './register.ts';
export { release } from './release.ts';
export { retrain } from './retrain.ts';
export { rollout } from './rollout.ts';
export { run } from './run.ts';
export { score } from './score.ts';
export { search } from './search.ts';
export { watch } from './watch.ts';
