/** What a file's name says of its compression. DuckDB would read half a gzip file without a word: it never gets one. */
export function compressionOf(path: string): 'gzip' | 'zstd' | undefined {
  const ending = /\.(gz|zst)$/i.exec(path)?.[1]?.toLowerCase();
  return ending === 'gz' ? 'gzip' : ending === 'zst' ? 'zstd' : undefined;
}

/** A file's name without the ending that names its compression. */
export function withoutCompression(path: string): string {
  return path.replace(/\.(gz|zst)$/i, '');
}
