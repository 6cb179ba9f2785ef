/** The parts of `s3://bucket/key?settings`. A key may hold any characters but `?`, at which the settings begin. */
export interface S3Address {
  /** `s3://bucket`. */
  readonly place: string;
  /** Empty where the address names the bucket alone. */
  readonly key: string;
  /** With its `?`; empty where there are none. */
  readonly settings: string;
}

export function s3Address(address: string): S3Address {
  const [whole = '', query] = address.split('?', 2);
  const slash = whole.indexOf('/', 's3://'.length);
  const settings = query === undefined ? '' : `?${query}`;
  if (slash < 0) return { place: whole, key: '', settings };
  return { place: whole.slice(0, slash), key: whole.slice(slash + 1), settings };
}
