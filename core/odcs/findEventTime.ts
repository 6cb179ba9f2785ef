import { WhetError } from '../errors.ts';
import { field, type Node } from './odcsData.ts';
import { ownProperty } from './ownProperty.ts';
import type { ColumnHead, Reading } from './readProperty.ts';

/**
 * The event time: as a person says it; as the document does; the only date; the only date that rows are partitioned by.
 * Undefined where the document says none. Throws `odcs.which-event-time`.
 */
export function findEventTime(
  schema: Node,
  heads: readonly ColumnHead[],
  wish: string | undefined,
  { where }: Reading,
): string {
  const dates = heads.filter(({ type }) => type === 'date');
  const said = wish ?? field(ownProperty(schema, where), 'eventTime', 'text', where);
  if (said !== undefined) {
    if (dates.some(({ name }) => name === said)) return said;
    // What is partitioned by nothing that the document tells must be told by whom reads it.
    if (dates.length === 0 && !heads.some(({ name }) => name === said)) return said;
    throw unclear(dates, where(schema.path));
  }
  const partitions = dates.filter(({ property }) => field(property, 'partitioned', 'flag', where) === true);
  const [only, other] = partitions.length > 0 ? partitions : dates;
  if (only === undefined || other !== undefined) throw unclear(dates, where(schema.path));
  return only.name;
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
