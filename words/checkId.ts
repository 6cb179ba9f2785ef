import { invalid } from './invalid.ts';

/** Ids stand in keys, addresses and workflow ids. */
export function checkId(id: string, place: string): void {
  if (/^[a-z][a-z0-9-]*$/.test(id)) return;
  throw invalid(place, "an id of small letters, digits and '-', such as 'flight-delays'", id);
}
