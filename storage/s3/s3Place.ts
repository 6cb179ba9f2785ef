import { WhetError } from '../../core/errors.ts';
import { checkKey } from '../checkKey.ts';
import type { S3Options } from './connectBucket.ts';

/**
 * What a location says: `s3://bucket/prefix?endpoint=http://host:port&region=name&pathStyle=true`, of which the bucket
 * alone must be there. It holds nothing secret: credentials come from the SDK's chain. Throws `input.invalid`.
 */
export function s3Place(location: string): Omit<S3Options, 'cacheFolder'> {
  const url = parsed(location);
  const prefix = url.pathname.replace(/^\/|\/$/g, '');
  const { endpoint, region, pathStyle } = settingsOf(url);
  return {
    bucket: bucketOf(url),
    ...(prefix === '' ? {} : { prefix: checkKey(prefix) }),
    ...(endpoint === undefined ? {} : { endpoint: endpointOf(endpoint) }),
    ...(region === undefined ? {} : { region }),
    ...(pathStyle === undefined ? {} : { forcePathStyle: booleanOf(pathStyle) }),
  };
}

/** Messages never repeat a location as a whole: someone may have put a password into it. */
function parsed(location: string): URL {
  if (!URL.canParse(location)) throw invalid('s3://bucket/prefix?endpoint=…&region=…', 'an address that is none');
  const url = new URL(location);
  requireNoCredentials(url);
  return url;
}

const names: readonly string[] = ['endpoint', 'region', 'pathStyle'];

function settingsOf(url: URL): { readonly [name: string]: string | undefined } {
  const settings = Object.fromEntries(url.searchParams);
  const unknown = Object.keys(settings).find((name) => !names.includes(name));
  if (unknown !== undefined) throw invalid(`of ${names.join(', ')} what is needed`, `'${unknown}'`);
  return settings;
}

/** Amazon's rules for a bucket's name, which servers share. */
function bucketOf({ host }: URL): string {
  if (/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(host)) return host;
  throw invalid('a bucket of 3 to 63 small letters, digits, dots and hyphens', `'${host}'`);
}

function endpointOf(endpoint: string): string {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') throw invalid('endpoint=http://host:port', 'none');
  requireNoCredentials(url);
  return endpoint;
}

function requireNoCredentials({ username, password }: URL): void {
  if (username === '' && password === '') return;
  throw invalid('no credentials: they come from AWS_ACCESS_KEY_ID or a profile', 'some before an @');
}

function booleanOf(pathStyle: string): boolean {
  if (pathStyle === 'true' || pathStyle === 'false') return pathStyle === 'true';
  throw invalid('pathStyle=true or pathStyle=false', `'${pathStyle}'`);
}

function invalid(expected: string, came: string): WhetError {
  return new WhetError('input.invalid', { expected, came: `${came} in the store's address` });
}
