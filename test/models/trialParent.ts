import { openTrialPool } from '../../models/trialPool.ts';

/** A parent to be killed: runs one trial and tells its child's pid, then its progress. Arguments: store folder, request. */
const [storeFolder = '', request = ''] = process.argv.slice(2);
const pool = openTrialPool({
  store: storeFolder,
  cacheFolder: storeFolder,
  processes: 1,
  onSpawn: (pid) => console.log(`child ${pid}`),
});
await pool.run([JSON.parse(request)], { onProgress: (steps) => console.log(`steps ${steps}`) });
