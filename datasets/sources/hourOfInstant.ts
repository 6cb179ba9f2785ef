import { hourMs } from '../../core/time.ts';

/** SQL: the start of the hour of an instant of the years 1 to 9999, milliseconds UTC. Twice as fast as `date_trunc`. */
export function hourOfInstant(sql: string): string {
  return `((epoch_us(${sql}) + ${-firstHour * hourUs}) // ${hourUs} + ${firstHour}) * ${hourMs}`;
}

const hourUs = hourMs * 1000;
/** From it on, a division that cuts off what is after the point rounds down. */
const firstHour = Date.parse('0001-01-01') / hourMs;
