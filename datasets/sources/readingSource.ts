import { WhetError } from '../../core/errors.ts';

/** What DuckDB says of a file that it cannot read becomes `source.unreadable`, with its words and the path. */
export async function readingSource<T>(file: string, reading: () => Promise<T>): Promise<T> {
  try {
    return await reading();
  } catch (error) {
    if (error instanceof WhetError || !isAboutFile(error)) throw error;
    const said = (error as Error).message.split('\n')[0];
    throw new WhetError('source.unreadable', { expected: `a readable source at ${file}`, came: `'${said}'` }, error);
  }
}

/** An interrupt, a full memory or an error in our own SQL is not the file's fault. */
function isAboutFile(error: unknown): boolean {
  return error instanceof Error && !/^(INTERRUPT|Out of Memory|Binder|Parser|Catalog|INTERNAL)/i.test(error.message);
}
