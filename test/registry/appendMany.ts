// A process of its own that appends to a ledger: node appendMany.ts FOLDER WHO COUNT
import { appendLedger } from '../../registry/ledger.ts';
import { localDisk } from '../../storage/localDisk.ts';

const [, , folder = '', who = '', count = '0'] = process.argv;
const store = localDisk(folder);
const event = { kind: 'rejected', version: 1 } as const;
const writes = Array.from({ length: Number(count) }, (_, index) =>
  appendLedger(store, 'flights', event, { who, why: `${index}`, at: '2001-03-15T12:00:00.000Z' }),
);
await Promise.all(writes);
