import { s3Address } from '../../storage/s3/s3Address.ts';

/** The last part of a path or an address, without the settings of a bucket, for names of files on this machine. */
export function plainName(path: string): string {
  const key = path.startsWith('s3://') ? s3Address(path).key : path;
  const name = key.split('/').at(-1) ?? '';
  return name.replace(/[^\w.-]/g, '_').slice(-100);
}
