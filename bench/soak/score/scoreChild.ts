import { join } from 'node:path';
import { openDatabase } from '../../../datasets/database.ts';
import { localDisk } from '../../../storage/localDisk.ts';
import { scoringAlone } from '../../scoringAlone.ts';
import { pipeline } from './writeScoreInput.ts';

/** What a process without Temporal is to score: the folder's `in` into its `out`, by version 1 of its store. */
export interface ScoreChildInput {
  readonly folder: string;
  readonly out: string;
  readonly partitionRows: number;
}

const input: ScoreChildInput = JSON.parse(process.argv[2] ?? '{}');
const { folder, out, partitionRows: rows } = input;
const database = await openDatabase({ threads: 2, memoryLimitMb: 512, temporaryFolder: folder });
const store = localDisk(join(folder, '.whet', 'store'));
const places = { in: join(folder, 'in'), out: join(folder, out) };
const ports = { database, folder, store, plans: new Map(), clock: () => 0 };
const { outcome } = await scoringAlone(ports, { pipeline, ...places, rows, version: '1', refuseAtMost: 1 });
database.close();
process.stdout.write(JSON.stringify(outcome));
