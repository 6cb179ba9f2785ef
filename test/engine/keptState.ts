import { join } from 'node:path';
import { openDatabase, sqlText } from '../../datasets/database.ts';
import { exampleRequest, servingUrl } from '../../workers/up.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import { openWorkshop, type Workshop } from './workshop.ts';

const sample = join(import.meta.dirname, '../../node_modules/vega-datasets/data/flights-3m.parquet');

/** A workshop in which everything has happened once: bad rows, two runs, a promotion, an answer. Nothing runs in it any more. */
export async function openKeptState(): Promise<Workshop> {
  const workshop = await openWorkshop({ path: 'flights.parquet', train: '1 day', test: '12 hours' });
  await writeFlights(workshop.folder);
  const up = await workshop.up();
  for (const asOf of ['2001-03-15T12', '2001-03-15T13']) await workshop.retrain(asOf);
  const place = openWorkplace(workshop.folder, join(workshop.folder, '.whet'), undefined);
  const url = await servingUrl(place, 'small-flights');
  if (url === undefined) throw new Error(`nobody serves: ${up.said()}`);
  await ask(await exampleRequest(place, 'small-flights', url));
  await up.stop();
  return workshop;
}

/** Five days of flights; one row in 2,000 has a delay out of range. */
async function writeFlights(folder: string): Promise<void> {
  const database = await openDatabase({ threads: 2, memoryLimitMb: 1_000, temporaryFolder: folder });
  const bad = 'CASE WHEN hash(date, delay, origin, destination) % 2000 = 0 THEN 9999 ELSE delay END';
  const rows = `SELECT * REPLACE (${bad} AS delay) FROM ${sqlText(sample)}`;
  const days = `WHERE date >= '2001-03-11' AND date < '2001-03-16' ORDER BY date`;
  await database.run(`COPY (${rows} ${days}) TO ${sqlText(join(folder, 'flights.parquet'))} (FORMAT parquet)`);
  database.close();
}

/** The answer to what `whet up` prints to try: `curl -s URL -d 'BODY'`. */
export async function ask(request: string): Promise<string> {
  const [, url = '', body = ''] = /^curl -s (\S+) -d '(.*)'$/.exec(request) ?? [];
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  const text = await answer.text();
  if (answer.status === 200) return text;
  throw new Error(`${request} was answered with ${answer.status}: ${text}`);
}
