import type { LedgerEvent, VersionRecord } from './ledger.ts';
import type { Traffic } from './routing.ts';

/** The version that an event is about; undefined for one about the whole pipeline. */
export function versionIn(event: LedgerEvent): number | undefined {
  if (event.kind === 'registered') return event.record.version;
  return 'version' in event ? event.version : undefined;
}

/** For people: `version 3 promoted`, `version 3 approved as risk`, `releases paused`; with how requests are shared. */
export function eventText(event: LedgerEvent): string {
  const head = headText(event);
  switch (event.kind) {
    case 'registered':
      return `${head}${registeredText(event.record)}`;
    case 'approved':
      return `${head} as ${event.role}`;
    case 'traffic changed':
      return `${head}: ${trafficText(event.traffic)}`;
    case 'traffic set':
      return `requests shared: ${trafficText(event.traffic)}`;
    case 'promoted':
      return event.traffic === undefined ? head : `${head}: ${trafficText(event.traffic)}`;
    default:
      return head;
  }
}

/** The same without how requests are shared. A rollback names the version that answers again, not the one that was left. */
export function headText(event: LedgerEvent): string {
  if (event.kind === 'rolled back') return `rolled back to version ${event.version}`;
  const version = versionIn(event);
  return version === undefined ? `releases ${event.kind}` : `version ${version} ${event.kind}`;
}

function registeredText({ origin, refresh }: VersionRecord): string {
  if (origin !== undefined) return ' as a copy';
  return refresh === undefined ? '' : ` as a refresh of version ${refresh.of}`;
}

/** For people: `challenger (version 3) answers 5 %, decoy (version 1) scores 100 % on the side`. */
export function trafficText(traffic: Traffic<number> | null | undefined): string {
  const variants = Object.entries(traffic?.variants ?? {}).map(([name, { version, weight, shadow }]) => {
    const parts = [
      weight > 0 ? `answers ${share(weight)}` : '',
      shadow > 0 ? `scores ${share(shadow)} on the side` : '',
    ];
    const does = parts.filter((part) => part !== '').join(' and ') || 'answers nothing';
    return `${name} (version ${version}) ${does}`;
  });
  const rules = traffic?.rules.length ?? 0;
  const all = rules === 0 ? variants : [...variants, `${rules} rule${rules === 1 ? '' : 's'}`];
  return all.join(', ') || 'the champion answers all';
}

function share(part: number): string {
  return `${Number((part * 100).toFixed(2))} %`;
}
