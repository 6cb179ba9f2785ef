import type { IncomingHttpHeaders } from 'node:http';
import type { MetadataOf } from '../core/chooseVariant.ts';

/** Metadata of a request over HTTP: `customer` is the header `x-whet-customer`. Looked up as asked for. */
export function headerMetadata(headers: IncomingHttpHeaders): MetadataOf {
  return (name) => {
    const value = headers[`x-whet-${name}`];
    return Array.isArray(value) ? value[0] : value;
  };
}
