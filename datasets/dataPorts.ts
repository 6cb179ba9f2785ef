import type { ObjectStore } from '../storage/objectStore.ts';
import type { Database } from './database.ts';

/** What the data path needs from outside. */
export interface DataPorts {
  readonly store: ObjectStore;
  readonly database: Database;
  /** The engine's folder: relative source paths start here, sample data lies in `.whet/sources/` below it. */
  readonly folder: string;
}
