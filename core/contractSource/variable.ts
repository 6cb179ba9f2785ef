/** The variable that a contract's file exports: the id with large letters in place of `-`. */
export function variable(id: string): string {
  const camel = id.replace(/-+([a-z0-9]?)/g, (_, letter: string) => letter.toUpperCase());
  return reserved.has(camel) ? `${camel}Contract` : camel;
}

/** Ids that no variable may be called, or that the file may import. */
const reserved = new Set(
  `break case catch class column const continue contract csv debugger default delete do else enum export extends false
  finally for function if implements import in instanceof interface let ndjson new null package parquet private
  protected public references return rows sample share static super switch text this throw true try typeof unique var
  void while with yield await z`.split(/\s+/),
);
