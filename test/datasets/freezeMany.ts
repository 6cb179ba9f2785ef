// A process of its own that freezes snapshots, one after another: node freezeMany.ts LOCATION COPIES WHO COUNT
import { freezeSnapshot } from '../../datasets/snapshots/freezeSnapshot.ts';
import { openStore } from '../../storage/openStore.ts';
import { frozenParts } from './frozenParts.ts';
import { flights } from './workbench.ts';

const [, , location = '', copies = '', who = '', count = '0'] = process.argv;
const store = openStore(location, copies);
for (let at = 0; at < Number(count); at += 1) {
  await freezeSnapshot(store, flights({ path: 'none' }), frozenParts(`${at}`), { run: who });
}
