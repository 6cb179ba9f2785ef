import { S3Client } from '@aws-sdk/client-s3';

export interface S3Options {
  readonly bucket: string;
  /** Stands before all keys, with a `/` between; none when left out. */
  readonly prefix?: string;
  /** Address of a server other than AWS. */
  readonly endpoint?: string;
  /** The SDK's own when left out; `us-east-1` with an endpoint. */
  readonly region?: string;
  /** The bucket in the path and not in the host's name: true with an endpoint unless told otherwise. */
  readonly forcePathStyle?: boolean;
  /**
   * Folder of this machine for copies that libraries read as files. Each is kept under its SHA-256; the engine drops
   * those that were not used for a week. It may be emptied while no engine works.
   */
  readonly cacheFolder: string;
}

/** A bucket and the client to it. */
export interface Bucket {
  readonly client: S3Client;
  readonly name: string;
  /** Empty, or with a `/` at its end. */
  readonly prefix: string;
}

export function connectBucket(options: S3Options): Bucket {
  const { bucket: name, prefix = '', endpoint, region } = options;
  const { forcePathStyle = endpoint !== undefined } = options;
  // Options and not an Agent: an instance would switch off that large bodies wait for the server's word.
  const agent = { keepAlive: true, maxSockets };
  const client = new S3Client({
    forcePathStyle,
    ...(endpoint === undefined ? {} : { endpoint, region: 'us-east-1' }),
    ...(region === undefined ? {} : { region }),
    // The SDK would send a conditional write again whose answer was lost, and take its own object for another's.
    maxAttempts: 1,
    followRegionRedirects: true,
    // We send and ask for SHA-256 ourselves; a CRC-32 beside it is work for nothing.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout, socketTimeout, httpAgent: agent, httpsAgent: agent },
  });
  return { client, name, prefix: prefix === '' ? '' : `${prefix}/` };
}

const maxSockets = 64;
/** Milliseconds until a connection must stand. */
const connectionTimeout = 5_000;
/** Milliseconds without a byte after which a connection counts as dead. */
const socketTimeout = 60_000;

/** What every command names. */
export function target(bucket: Bucket, key: string): { readonly Bucket: string; readonly Key: string } {
  return { Bucket: bucket.name, Key: `${bucket.prefix}${key}` };
}

/** How errors name a key. */
export function addressOf(bucket: Bucket, key: string): string {
  return `s3://${bucket.name}/${bucket.prefix}${key}`;
}
