import { WhetError } from '../errors.ts';
import { field, type Node, type Where } from './odcsData.ts';
import { ownProperty } from './ownProperty.ts';
import type { ColumnHead } from './readProperty.ts';

/**
 * The event time: as a person says it; as the document does; the only date; the only date that rows are partitioned by.
 * Throws `odcs.which-event-time`.
 */
export function findEventTime(
  schema: Node,
  heads: readonly ColumnHead[],
  wish: string | undefined,
  where: Where,
): string {
  const dates = heads.filter(({ type }) => type === 'date');
  if (wish === undefined) {
    const said = saidEventTime(schema, heads, where);
    if (said !== undefined) return said;
  } else if (dates.length === 0 ? !heads.some(({ name }) => name === wish) : dates.some(({ name }) => name === wish)) {
    return wish;
  }
  throw unclear(dates, where(schema.path));
}

/** As the document says it; undefined where it says none, or several can be meant. */
export function saidEventTime(schema: Node, heads: readonly ColumnHead[], where: Where): string | undefined {
  const dates = heads.filter(({ type }) => type === 'date');
  const own = field(ownProperty(schema, where), 'eventTime', 'text', where);
  if (dates.some(({ name }) => name === own)) return own;
  const partitions = dates.filter(({ property }) => field(property, 'partitioned', 'flag', where) === true);
  const [only, other] = partitions.length > 0 ? partitions : dates;
  return other === undefined ? only?.name : undefined;
}

function unclear(dates: readonly ColumnHead[], place: string): WhetError {
  const named = dates.map(({ name }) => `'${name}'`).join(', ') || 'no date';
  return new WhetError('odcs.which-event-time', {
    expected:
      dates.length === 0
        ? '--event-time with the name of a date that the rows have, though the document does not say so'
        : '--event-time with one of the dates',
    came: `${named} in ${place}`,
  });
}
