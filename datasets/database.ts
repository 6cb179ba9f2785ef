import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

/** DuckDB in this process: the engine of the whole data path. One connection; statements run one after another. */
export interface Database {
  /** Rows as objects; BIGINT comes as bigint, TIMESTAMP as DuckDB's own value: cast in SQL to what is wanted. */
  rows<T extends object>(sql: string): Promise<T[]>;
  run(sql: string): Promise<void>;
  /** The connection itself, for streaming columns. */
  readonly connection: DuckDBConnection;
  close(): void;
}

export interface DatabaseOptions {
  readonly threads: number;
  /** DuckDB's buffer limit; plan half a gigabyte on top for the process. */
  readonly memoryLimitMb: number;
  /** Where what does not fit in memory is spilled. */
  readonly temporaryFolder: string;
}

export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(options.threads),
    memory_limit: `${options.memoryLimitMb}MB`,
    temp_directory: options.temporaryFolder,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    preserve_insertion_order: 'true',
    // It would go on serving the old bytes of a file that was written over within the clock's resolution.
    enable_external_file_cache: 'false',
  });
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  return {
    connection,
    rows: async <T extends object>(sql: string) => (await connection.runAndReadAll(sql)).getRowObjects() as T[],
    run: async (sql) => {
      await connection.run(sql);
    },
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** A string as a SQL literal. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A name as a quoted SQL identifier. */
export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
