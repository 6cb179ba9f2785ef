import type { IncomingHttpHeaders } from 'node:http';
import type { MetadataOf } from '../core/chooseVariant.ts';

/**
 * Metadata of a request over HTTP: `customer` is the header `x-whet-customer`. Looked up as asked for. Who does not name its
 * producer goes by the name of its key, `caller`.
 */
export function headerMetadata(headers: IncomingHttpHeaders, caller: string | undefined): MetadataOf {
  return (name) => {
    const value = headers[`x-whet-${name}`];
    if (value === undefined) return name === 'producer' ? caller : undefined;
    return Array.isArray(value) ? value[0] : value;
  };
}
