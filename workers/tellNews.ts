import type { LedgerEntry } from '../core/ledger.ts';
import { eventText } from '../core/ledgerText.ts';
import type { RunRecord } from '../core/run.ts';
import { headOf, readLedger } from '../registry/ledger.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { requireJson } from '../storage/objects.ts';
import { alertNews } from './alertNews.ts';
import type { Report } from './engine.ts';

const everyMs = 1_000;

/** Tells each run that ends, each decision on a version and each alert, of these pipelines, from now on. Returns how to stop. */
export async function tellNews(store: ObjectStore, pipelines: readonly string[], report: Report): Promise<() => void> {
  const told = new Set<string>();
  const newsOfAlerts = alertNews(store);
  const look = async (tell: Report): Promise<void> => {
    for (const pipeline of pipelines) {
      for (const { id, line } of [
        ...(await runsOf(store, pipeline, told)),
        ...(await decisionsOf(store, pipeline, told)),
      ]) {
        if (!told.has(id)) tell(line);
        told.add(id);
      }
      for (const line of await newsOfAlerts(pipeline)) tell(line);
    }
  };
  await look(() => undefined);
  let looking = Promise.resolve();
  const timer = setInterval(() => {
    looking = looking.then(() => look(report)).catch((error: unknown) => report(`no news: ${error}`));
  }, everyMs);
  return () => clearInterval(timer);
}

interface News {
  readonly id: string;
  readonly line: string;
}

async function runsOf(store: ObjectStore, pipeline: string, told: ReadonlySet<string>): Promise<News[]> {
  const keys = (await store.list(`runs/${pipeline}/`)).filter((key) => !told.has(key));
  return Promise.all(keys.map(async (key) => ({ id: key, line: runLine(await requireJson<RunRecord>(store, key)) })));
}

function runLine({ run, status, why }: RunRecord): string {
  return `run ${run} ${status}: ${why}`;
}

/** The whole ledger is read only when its head has moved. */
async function decisionsOf(store: ObjectStore, pipeline: string, told: ReadonlySet<string>): Promise<News[]> {
  const head = await headOf(store, pipeline);
  if (head === undefined || told.has(`${pipeline} ${head.n}`)) return [];
  const entries = await readLedger(store, pipeline);
  const decided = entries.filter(({ event }) => event.kind !== 'registered');
  return decided.map((entry) => ({ id: `${pipeline} ${entry.n}`, line: decisionLine(pipeline, entry) }));
}

function decisionLine(pipeline: string, { event, why, routing }: LedgerEntry): string {
  return `${pipeline} ${eventText(event)} (epoch ${routing.epoch}): ${why}`;
}
