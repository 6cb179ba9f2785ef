import { type ErrorCode, WhetError } from '../../core/errors.ts';

/** What went wrong, as the catalogue tells it. The SDK's error is not kept: it may hold the signed request. */
export function s3Error(address: string, error: unknown): WhetError {
  if (error instanceof WhetError) return error;
  const { name, status, code, message } = toldBy(error);
  if (folderNames.has(name)) return new WhetError('input.invalid', { expected: ownPlace, came: `'${address}'` });
  const answer = status === undefined ? (code ?? name) : `${name} (HTTP ${status})`;
  const came = `${answer}: ${message.replace(/\.$/, '')}`;
  return new WhetError(codeOf(error), { expected: `an answer for ${address}`, came });
}

/** Failed for a moment: the same request may succeed soon. */
export function isTransient(error: unknown): boolean {
  const { name, status, code } = toldBy(error);
  if (folderNames.has(name)) return false;
  if (transientNames.has(name) || (code !== undefined && transientCodes.has(code))) return true;
  return status !== undefined && (status === 409 || status === 429 || (status >= 500 && status !== 501));
}

/** Another request was first, or there is nothing to replace. */
export function isRefusedByCondition(error: unknown): boolean {
  const { name, status } = toldBy(error);
  return status === 412 || name === 'NoSuchKey' || name === 'NotFound' || name === 'NoSuchUpload';
}

/** Undefined where there is no object under the key; a bucket that is not there stays an error. */
export async function unlessAbsent<T>(asking: Promise<T>): Promise<T | undefined> {
  try {
    return await asking;
  } catch (error) {
    const { name } = toldBy(error);
    if (name === 'NoSuchKey' || name === 'NotFound') return undefined;
    throw error;
  }
}

/** Received bytes that are not those that were sent. */
export function isDamaged(error: unknown): boolean {
  if (error instanceof WhetError) return error.code === 'storage.damaged';
  return toldBy(error).message.startsWith('Checksum mismatch');
}

function codeOf(error: unknown): ErrorCode {
  const { name, status } = toldBy(error);
  if (isDamaged(error)) return 'storage.damaged';
  if (isTransient(error)) return 'storage.unreachable';
  if (name === 'NoSuchBucket') return 'storage.no-bucket';
  return status === 401 || status === 403 || deniedNames.has(name) ? 'storage.denied' : 'storage.refused';
}

const transientNames = new Set([
  'TimeoutError',
  'RequestTimeout',
  // The SDK sets its clock by the answer; the next request is signed with the right time.
  'RequestTimeTooSkewed',
  'SlowDown',
  'ThrottlingException',
  // Bytes that were damaged on their way to the server.
  'BadDigest',
  'XAmzContentChecksumMismatch',
]);
const transientCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ECONNABORTED',
  'ERR_STREAM_PREMATURE_CLOSE',
]);
const deniedNames = new Set(['CredentialsProviderError', 'TokenProviderError', 'ExpiredToken', 'InvalidToken']);
/** What servers on a disk say where a key is another key's folder. */
const folderNames = new Set(['ExistingObjectIsDirectory', 'ObjectParentIsFile', 'DirectoryObjectContainsData']);
const ownPlace = "a key that is no other key's folder, nor below another key";

interface Told {
  readonly name: string;
  readonly message: string;
  /** Of the HTTP answer, where one came. */
  readonly status: number | undefined;
  /** Of the system's error, such as `ECONNRESET`. */
  readonly code: string | undefined;
}

function toldBy(error: unknown): Told {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error), status: undefined, code: undefined };
  const { name, message } = error;
  const metadata = '$metadata' in error ? (error.$metadata as { readonly httpStatusCode?: number }) : undefined;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return { name, message: message || (code ?? name), status: metadata?.httpStatusCode, code };
}
