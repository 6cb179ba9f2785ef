import { chooseVariant, type Draw, drawOf, type MetadataOf } from './chooseVariant.ts';
import type { RouteNode, RouteWay } from './servingGraph.ts';

/** A row as JSON carries it. */
export type JsonRow = Readonly<Record<string, unknown>>;

/** The node that a row goes to. Shares are drawn for the whole request, so that its rows stay together. */
export type Route = (row: JsonRow, requestId: string, metadataOf: MetadataOf) => string;

/** A route made ready; routes draw apart from each other, by `place`: the graph's id and the node's name. */
export function openRoute(place: string, { ways }: RouteNode): Route {
  const open = ways.map((way, at) => ({ way, draw: drawing(`${place} ${at}`, way), only: onlyOf(way) }));
  return (row, requestId, metadataOf) => {
    const found = open.find(({ way }) => fits(way, row, metadataOf));
    if (found === undefined) throw new Error(`${place} has no way for all other rows.`);
    return found.only ?? chooseVariant(found.draw, requestId, metadataOf).variant;
  };
}

/** A node's share is drawn as a variant's weight is. */
function drawing(place: string, { to, stickyBy }: RouteWay): Draw {
  const variants = Object.entries(to).map(([name, weight]) => [name, { version: name, weight, shadow: 0 }] as const);
  const sticky = stickyBy === undefined ? {} : { stickyBy };
  const traffic = { variants: Object.fromEntries(variants), rules: [], fallback: [], deadlineMs: 0, ...sticky };
  return drawOf(place, traffic);
}

function onlyOf({ to }: RouteWay): string | undefined {
  const [first, ...others] = Object.keys(to);
  return others.length === 0 ? first : undefined;
}

function fits({ when, where }: RouteWay, row: JsonRow, metadataOf: MetadataOf): boolean {
  for (const name in when) if (metadataOf(name) !== when[name]) return false;
  for (const name in where) if (where[name]?.some((cell) => cell === row[name]) !== true) return false;
  return true;
}
